//! Why an input could not be analysed, in both languages.

use crate::catalog::Bilingual;
use crate::container::OpenError;

/// What is wrong with the file and what to do about it.
pub fn text(error: &OpenError) -> Bilingual {
    let zh = match error {
        OpenError::Unreadable(why) => format!("无法读取：{why}；请检查路径和权限"),
        OpenError::Directory => "是一个目录；请给出安装包文件，或含有安装包的目录".to_owned(),
        OpenError::NotAFile => "是管道或设备，不是普通文件；请先把安装包存成文件再给出".to_owned(),
        OpenError::TooLarge(size, limit) => format!("太大：{size} 字节，最多读取 {limit} 字节"),
        OpenError::Empty => "是空文件；请重新复制或下载".to_owned(),
        OpenError::NotAnArchive(what) => {
            format!(
                "是{}，不是 ZIP 文件，因此不是安卓安装包；请确认文件是否给错",
                noun(what)
            )
        }
        OpenError::Truncated => {
            "不完整或已损坏：缺少 ZIP 文件末尾的目录；请重新复制或下载".to_owned()
        }
        OpenError::NoEntries => "是没有内容的 ZIP 文件，不是安卓安装包；请检查打包过程".to_owned(),
        OpenError::TooManyEntries(count, limit) => {
            format!("有 {count} 个以上的条目，上限为 {limit}；真实应用不会如此")
        }
        OpenError::NoManifest(what) => format!(
            "是{}，没有 AndroidManifest.xml，不是安卓安装包；请给出 .apk、.aab、.aar、.jar、.apks、.xapk 或 .apkm 文件",
            noun(what)
        ),
        OpenError::NoClasses => {
            "是不含 class 文件的 JAR，不是安卓应用可用的类库；请给出编译后的 JAR，而不是源码包或文档包"
                .to_owned()
        }
        OpenError::EncryptedApkm => {
            "是旧式的加密 APKM 文件；请用 APKMirror Installer 解开，或重新下载未加密的新版"
                .to_owned()
        }
        OpenError::NoReadableSplit(why) => format!("其中的 APK 都无法打开；第一个：{why}"),
    };
    Bilingual::new(zh, error.to_string())
}

/// A kind of file in Chinese; a rare one stays as it is.
fn noun(what: &str) -> &str {
    match what {
        "a text file" => "文本文件",
        "a binary file" => "二进制文件",
        "a ZIP archive" => " ZIP 文件",
        "a DEX archive" => "只含 DEX 的压缩包",
        "a Java archive" => " Java 类库（JAR）",
        "an iOS app" => " iOS 应用",
        "a HarmonyOS package" => "鸿蒙应用包",
        "an Office document" => " Office 文档",
        "a PDF document" => " PDF 文档",
        "a DEX file" => " DEX 文件",
        "an ELF binary" => " ELF 文件",
        "a PNG image" | "a JPEG image" | "a GIF image" => "图片",
        "an HTML page (a failed download?)" => " HTML 网页（下载失败？）",
        "a binary Android XML file" => "安卓二进制 XML 文件",
        "an Android resource table" => "安卓资源表",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_says_what_is_wrong_and_what_to_do_in_both_languages() {
        let text = text(&OpenError::NotAnArchive("a text file"));
        assert_eq!(
            text.zh,
            "是文本文件，不是 ZIP 文件，因此不是安卓安装包；请确认文件是否给错"
        );
        assert!(text.en.starts_with("is a text file, not a ZIP archive"));
    }

    #[test]
    fn a_pipe_or_device_is_refused_in_both_languages() {
        let text = text(&OpenError::NotAFile);
        assert!(text.zh.starts_with("是管道或设备，不是普通文件"));
        assert!(text.en.starts_with("is a pipe or a device and not a file"));
    }
}
