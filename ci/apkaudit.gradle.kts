// A task `apkauditRelease` that judges the release package. In the
// build.gradle.kts of the app: apply(from = rootProject.file("ci/apkaudit.gradle.kts"))
//
//   ./gradlew apkauditRelease
//   ./gradlew apkauditRelease -Papkaudit.package=app/build/outputs/bundle/release/app-release.aab
//
// apkaudit.binary is the program, apkaudit.package the package if it has another name.
tasks.register<Exec>("apkauditRelease") {
    group = "verification"
    description = "Judges the privacy of the release package."
    val given = providers.gradleProperty("apkaudit.package").orNull
    val built = layout.buildDirectory.file("outputs/apk/release/${project.name}-release.apk")
    val reports = layout.buildDirectory.dir("reports/apkaudit").get().asFile
    val apk = if (given == null) built.get().asFile else rootProject.file(given)
    if (given == null) {
        dependsOn("assembleRelease")
    }
    // Settings (apkaudit.toml) are looked for from here upwards.
    workingDir = projectDir
    doFirst { reports.mkdirs() }
    commandLine(
        providers.gradleProperty("apkaudit.binary").getOrElse("apkaudit"),
        "check",
        "-o", "json=$reports/apkaudit.json",
        "-o", "sarif=$reports/apkaudit.sarif",
        "-o", "junit=$reports/junit.xml",
        "--", apk.path,
    )
}
