//! The key under which rows of natural persons are kept apart: SM4-GCM for the content, HMAC-SM3
//! for what is compared without opening it (GB/T 32907, GB/T 32905; GB/T 39786-2021, level 3,
//! asks for approved algorithms).

use crate::{AppError, AppResult};
use aes_gcm::{
    AesGcm, KeyInit as _, Nonce,
    aead::{Aead as _, Payload, consts::U12},
};
use hmac::{Hmac, Mac as _};
use serde::{Deserialize, Serialize};
use sm3::{Digest as _, Sm3};
use sm4::Sm4;
use std::{io::Write as _, path::Path};
use xinheng_domain::hex::{hex, unhex};

/// What is sealed with the key, in Chinese.
const PERSONS: &str = "自然人信息";

/// Bytes of a nonce, which stands before the sealed text.
const NONCE: usize = 12;
/// Bytes of the key for the content.
const ENCRYPTION: usize = 16;
/// Bytes of the largest key file.
const LARGEST: u64 = 4096;
/// Bytes of the key for comparing.
const INDEX: usize = 32;

/// The opened key file of a deployment.
#[derive(Clone)]
pub struct PersonKey {
    id: String,
    cipher: AesGcm<Sm4, U12>,
    index: Hmac<Sm3>,
}

impl std::fmt::Debug for PersonKey {
    // The key stays out of logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PersonKey")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// The key file as written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyFile {
    /// Sixteen bytes, hex.
    encryption: String,
    /// Thirty-two bytes, hex.
    index: String,
}

impl PersonKey {
    /// Makes a key file that its owner alone can read, and gives the key's id.
    ///
    /// # Errors
    /// The file exists or cannot be written; the system gives no random bytes.
    pub fn create(path: &Path) -> AppResult<String> {
        Self::create_for(path, PERSONS)
    }

    /// The same of the key for something else, named in Chinese.
    pub(crate) fn create_for(path: &Path, what: &str) -> AppResult<String> {
        let secret = |bytes: &mut [u8]| {
            getrandom::fill(bytes).map_err(|e| AppError::Fault(format!("系统不能提供随机数：{e}")))
        };
        let (mut encryption, mut index) = ([0; ENCRYPTION], [0; INDEX]);
        secret(&mut encryption)?;
        secret(&mut index)?;
        let key = Self::of(&encryption, &index)?;
        let file = KeyFile {
            encryption: hex(&encryption),
            index: hex(&index),
        };
        let text = toml::to_string(&file).map_err(|e| AppError::Fault(e.to_string()))?;
        let failed = |source: std::io::Error| match source.kind() {
            std::io::ErrorKind::AlreadyExists => AppError::BadInput(format!(
                "“{}”已经存在。换掉密钥以后，以前保存的{what}就打不开了，所以不覆盖；确要另建的，请换一个文件名。",
                path.display()
            )),
            _ => AppError::File {
                path: path.display().to_string(),
                source,
            },
        };
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut out = options.open(path).map_err(failed)?;
        out.write_all(text.as_bytes())
            .and_then(|()| out.sync_all())
            .map_err(failed)?;
        Ok(key.id)
    }

    /// Reads a key file.
    ///
    /// # Errors
    /// It is missing, can be read by others, or is no key file: bad input that says so.
    pub fn read(path: &Path) -> AppResult<Self> {
        Self::read_for(path, PERSONS)
    }

    /// The same of the key for something else, named in Chinese.
    pub(crate) fn read_for(path: &Path, asked: &str) -> AppResult<Self> {
        let shown = path.display();
        let wrong = |what: &str| {
            AppError::BadInput(format!(
                "{asked}的密钥文件“{shown}”{what}。请放回原来的密钥文件；没有备份的，以前保存的{asked}不能再打开。"
            ))
        };
        let unread = |e: std::io::Error| match e.kind() {
            std::io::ErrorKind::NotFound => wrong("不存在"),
            std::io::ErrorKind::InvalidData => wrong("不是密钥文件"),
            _ => wrong(&format!("不能读取（{}）", xinheng_domain::system::told(&e))),
        };
        // Looked at before it is opened: a pipe would be waited for, a device never ends.
        let found = std::fs::metadata(path).map_err(unread)?;
        if !found.is_file() || found.len() > LARGEST {
            return Err(wrong("不是密钥文件"));
        }
        let text = std::fs::read_to_string(path).map_err(unread)?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            if found.permissions().mode() & 0o077 != 0 {
                return Err(AppError::BadInput(format!(
                    "{asked}的密钥文件“{shown}”其他用户也能读取，未予使用。请运行“chmod 600 {shown}”。"
                )));
            }
        }
        let file: KeyFile = toml::from_str(&text).map_err(|_| wrong("不是密钥文件或者已经损坏"))?;
        let bytes = |text: &str, length: usize| {
            unhex(text)
                // The same byte all over is no key: nobody drew it by chance.
                .filter(|b| b.len() == length && b.iter().any(|byte| b.first() != Some(byte)))
                .ok_or_else(|| wrong("不是密钥文件或者已经损坏"))
        };
        Self::of(
            &bytes(&file.encryption, ENCRYPTION)?,
            &bytes(&file.index, INDEX)?,
        )
    }

    fn of(encryption: &[u8], index: &[u8]) -> AppResult<Self> {
        let fault = |_| AppError::Fault("密钥长度有误".to_owned());
        let mut id = Sm3::new();
        id.update(encryption);
        id.update(index);
        Ok(Self {
            id: hex(id.finalize().get(..8).unwrap_or_default()),
            cipher: AesGcm::new_from_slice(encryption).map_err(fault)?,
            index: Hmac::new_from_slice(index).map_err(fault)?,
        })
    }

    /// Which key this is: sixteen hex digits that tell nothing of it.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Seals a text; `place` says where it belongs, and it can be opened there alone. Hex.
    ///
    /// # Errors
    /// A fault: the system gives no random bytes.
    pub fn seal(&self, place: &str, text: &str) -> AppResult<String> {
        Ok(hex(&self.seal_bytes(place, text.as_bytes())?))
    }

    /// The same of bytes.
    pub(crate) fn seal_bytes(&self, place: &str, msg: &[u8]) -> AppResult<Vec<u8>> {
        let mut nonce = [0; NONCE];
        getrandom::fill(&mut nonce)
            .map_err(|e| AppError::Fault(format!("系统不能提供随机数：{e}")))?;
        let aad = place.as_bytes();
        let sealed = self
            .cipher
            .encrypt(&Nonce::from(nonce), Payload { msg, aad })
            .map_err(|_| AppError::Fault("内容不能加密".to_owned()))?;
        Ok([&nonce[..], &sealed].concat())
    }

    /// Opens bytes that were sealed for the same place; none where they were not, with this key.
    pub(crate) fn open_bytes(&self, place: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, msg) = sealed.split_first_chunk::<NONCE>()?;
        let aad = place.as_bytes();
        let opened = self
            .cipher
            .decrypt(&Nonce::from(*nonce), Payload { msg, aad });
        opened.ok()
    }

    /// Opens what was sealed for the same place.
    ///
    /// # Errors
    /// It was sealed with another key or for another place, or was changed since.
    pub fn open(&self, place: &str, sealed: &str) -> AppResult<String> {
        let wrong = || {
            AppError::BadInput(
                "一条自然人信息打不开：不是用现在的密钥加密的，或者数据库内容被改动过。请核对密钥文件，并运行“xinheng db verify”。"
                    .to_owned(),
            )
        };
        let bytes = unhex(sealed).ok_or_else(wrong)?;
        let text = self.open_bytes(place, &bytes).ok_or_else(wrong)?;
        String::from_utf8(text).map_err(|_| wrong())
    }

    /// A keyed hash of parts, hex: equal for equal parts, and nothing can be read from it.
    #[must_use]
    pub fn index<'p>(&self, purpose: &str, parts: impl IntoIterator<Item = &'p str>) -> String {
        let mut mac = self.index.clone();
        mac.update(purpose.as_bytes());
        for part in parts {
            // The length goes before, so that parts cannot run into each other.
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part.as_bytes());
        }
        hex(&mac.finalize().into_bytes())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "in tests")]
    use super::*;

    fn key() -> PersonKey {
        PersonKey::of(&[7; ENCRYPTION], &[9; INDEX]).unwrap()
    }

    /// The worked example of SM4-GCM in RFC 8998, appendix A.1.
    #[test]
    fn the_cipher_is_that_of_the_standard() {
        let bytes = |text: &str| unhex(text).unwrap();
        let cipher: AesGcm<Sm4, U12> =
            AesGcm::new_from_slice(&bytes("0123456789ABCDEFFEDCBA9876543210")).unwrap();
        let nonce: [u8; NONCE] = bytes("00001234567800000000ABCD").try_into().unwrap();
        let payload = Payload {
            msg: &bytes(
                "AAAAAAAAAAAAAAAABBBBBBBBBBBBBBBBCCCCCCCCCCCCCCCCDDDDDDDDDDDDDDDD\
                 EEEEEEEEEEEEEEEEFFFFFFFFFFFFFFFFEEEEEEEEEEEEEEEEAAAAAAAAAAAAAAAA",
            ),
            aad: &bytes("FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2"),
        };
        let sealed = cipher.encrypt(&Nonce::from(nonce), payload).unwrap();
        assert_eq!(
            hex(&sealed).to_uppercase(),
            "17F399F08C67D5EE19D0DC9969C4BB7D5FD46FD3756489069157B282BB200735\
             D82710CA5C22F0CCFA7CBF93D496AC15A56834CBCF98C397B4024A2691233B8D\
             83DE3541E4C2B58177E065A9BF7B62EC"
        );
    }

    #[test]
    fn what_is_sealed_opens_in_its_place_alone() {
        let sealed = key().seal("a", "内容").unwrap();
        assert_eq!(key().open("a", &sealed).unwrap(), "内容");
        assert!(key().open("b", &sealed).is_err());
        let other = PersonKey::of(&[8; ENCRYPTION], &[9; INDEX]).unwrap();
        assert!(other.open("a", &sealed).is_err());
        for at in 0..sealed.len() {
            let mut changed = sealed.clone().into_bytes();
            changed[at] = if changed[at] == b'0' { b'1' } else { b'0' };
            let changed = String::from_utf8(changed).unwrap();
            assert!(key().open("a", &changed).is_err(), "{at}");
        }
        for short in ["", "00", "zz", "0"] {
            assert!(key().open("a", short).is_err(), "{short}");
        }
    }

    #[test]
    fn the_same_text_is_sealed_anew_every_time() {
        assert_ne!(
            key().seal("a", "内容").unwrap(),
            key().seal("a", "内容").unwrap()
        );
    }

    #[test]
    fn parts_do_not_run_into_each_other() {
        let of = |parts: &[&str]| key().index("p", parts.iter().copied());
        assert_eq!(of(&["ab", "c"]), of(&["ab", "c"]));
        assert_ne!(of(&["ab", "c"]), of(&["a", "bc"]));
        assert_ne!(of(&["ab"]), key().index("q", ["ab"]));
    }

    #[test]
    fn a_key_file_is_made_once_and_read_by_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("person.key");
        let id = PersonKey::create(&path).unwrap();
        assert_eq!(PersonKey::read(&path).unwrap().id(), id);
        let again = PersonKey::create(&path).unwrap_err().to_string();
        assert!(again.contains("已经存在"), "{again}");
        assert_eq!(PersonKey::read(&path).unwrap().id(), id);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
            let open = PersonKey::read(&path).unwrap_err().to_string();
            assert!(open.contains("chmod 600"), "{open}");
        }
    }

    #[test]
    fn a_file_that_is_no_key_says_so() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("person.key");
        let missing = PersonKey::read(&path).unwrap_err().to_string();
        assert!(missing.contains("不存在"), "{missing}");
        for text in [
            "",
            "encryption = \"00\"\nindex = \"00\"",
            "encryption = 1",
            &format!(
                "encryption = \"{}\"\nindex = \"{}\"",
                "00".repeat(ENCRYPTION),
                "00".repeat(INDEX)
            ),
            &"#".repeat(5000),
            "\u{feff}not toml",
        ] {
            let mut options = std::fs::OpenOptions::new();
            options.write(true).create(true).truncate(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            let mut file = options.open(&path).unwrap();
            file.write_all(text.as_bytes()).unwrap();
            let said = PersonKey::read(&path).unwrap_err().to_string();
            assert!(said.contains("不是密钥文件"), "{text}: {said}");
        }
    }
}
