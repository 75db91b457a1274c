//! Class files that use members of the catalogue.

use crate::code::{self, ApiUse, Wanted};
use crate::container::Package;
use crate::evidence::GapKind;
use crate::limits::Limits;
use crate::sample;

const CLASSES: &str = r#"
    [[class]]
    name = "com.vendor.Ids"
    [[class.method]]
    signature = "void collect(android.telephony.TelephonyManager phone)"
    code = [
        "call-virtual java.lang.String android.telephony.TelephonyManager.getDeviceId() on phone",
        "call-virtual java.lang.String android.telephony.TelephonyManager.getDeviceId(int) on phone with 1",
        'call java.lang.String android.provider.Settings$Secure.getString(android.content.ContentResolver, java.lang.String) with null, "android_id"',
        "get-static java.lang.String android.os.Build.SERIAL",
        "get-static java.lang.String android.os.Build.ID",
    ]
    [[class.method]]
    signature = "void other(android.content.pm.PackageManager packages)"
    code = [
        "call-virtual android.content.pm.PackageInfo android.content.pm.PackageManager.getPackageInfo(java.lang.String, int) on packages with null, 0",
        "call-virtual java.util.List android.content.pm.PackageManager.getInstalledPackages(android.content.pm.PackageManager$PackageInfoFlags) on packages with null",
        'get-static android.net.Uri android.provider.ContactsContract$Contacts.CONTENT_URI',
        'call int android.util.Log.d(java.lang.String, java.lang.String) with "a", "b"',
    ]
    [[class]]
    name = "com.vendor.Apart"
    [[class.method]]
    signature = "void read(java.lang.String key)"
    code = [
        'call java.lang.String android.provider.Settings$Secure.getString(android.content.ContentResolver, java.lang.String) with null, key',
    ]
    [[class.method]]
    signature = "void start()"
    code = ['call-virtual void com.vendor.Apart.read(java.lang.String) on this with "bluetooth_address"']
    [[class]]
    name = "com.vendor.Clean"
    [[class.method]]
    signature = "void read()"
    code = [
        'call java.lang.String android.provider.Settings$Secure.getString(android.content.ContentResolver, java.lang.String) with null, "android_identity"',
        'call-static java.lang.Process com.vendor.Runtime.exec(java.lang.String) with "getprop"',
    ]
    [[class]]
    name = "com.vendor.Shell"
    [[class.method]]
    signature = "void run(java.lang.Runtime runtime, android.app.AlarmManager alarms)"
    code = [
        'call-virtual java.lang.Process java.lang.Runtime.exec(java.lang.String) on runtime with "pm list packages"',
        'call-virtual void android.app.AlarmManager.setRepeating(int, long, long, android.app.PendingIntent) on alarms with 0, 0, 0, null',
    ]
"#;

fn read(limits: &Limits) -> (Vec<ApiUse>, Vec<GapKind>) {
    let sample = sample::build(&format!("kind = \"aar\"\n{CLASSES}"), None).unwrap();
    let package = Package::from_bytes(&sample.file_name, sample.bytes, limits).unwrap();
    let (facts, gaps, _) = code::read(&package, &code::load(&package), limits, &Wanted::default());
    (facts.uses, gaps.into_iter().map(|gap| gap.kind).collect())
}

/// `possible class member kind`
fn shown(uses: &[ApiUse]) -> Vec<String> {
    let possible = |one: &ApiUse| if one.possible { "perhaps " } else { "" };
    uses.iter()
        .map(|one| {
            let [class, api] = [&one.class, &one.api].map(|name| {
                let parts: Vec<_> = name.rsplitn(3, '.').collect();
                parts[..2].iter().rev().copied().collect::<Vec<_>>()
            });
            format!(
                "{}{} {} {}",
                possible(one),
                class[1],
                api.join("."),
                one.kind
            )
        })
        .collect()
}

#[test]
fn uses_are_listed_by_the_class_that_makes_them() {
    let (uses, gaps) = read(&Limits::default());
    assert_eq!(gaps, []);
    // Which method loads a constant is not looked at.
    assert_eq!(
        shown(&uses),
        [
            "perhaps Apart Settings$Secure.getString device_id.bluetooth_mac",
            "perhaps Ids PackageManager.getInstalledPackages app_list",
            "perhaps Ids PackageManager.getPackageInfo app_presence",
            "Ids Build.SERIAL device_id.serial",
            "perhaps Ids ContactsContract$Contacts.CONTENT_URI contacts",
            "perhaps Ids Settings$Secure.getString device_id.android_id",
            "Ids TelephonyManager.getDeviceId device_id.imei",
            "Shell AlarmManager.setRepeating self_launch",
            "perhaps Shell Runtime.exec app_list",
        ]
    );
    let imei = &uses[6];
    assert_eq!(
        imei.api, "android.telephony.TelephonyManager.getDeviceId",
        "the full name"
    );
    assert_eq!(imei.place.file, "classes.jar!/com/vendor/Ids.class");
}

#[test]
fn more_uses_than_the_limit_leave_a_gap() {
    let limits = Limits {
        listed: 3,
        ..Limits::default()
    };
    let (uses, gaps) = read(&limits);
    assert_eq!(uses.len(), 3);
    assert!(gaps.contains(&GapKind::Limit));
}
