package io.flexora.source.maven;

import io.flexora.api.run.FlexoraException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.apache.maven.settings.Settings;
import org.apache.maven.settings.building.DefaultSettingsBuilderFactory;
import org.apache.maven.settings.building.DefaultSettingsBuildingRequest;
import org.apache.maven.settings.building.SettingsBuildingException;
import org.apache.maven.settings.crypto.DefaultSettingsDecrypter;
import org.apache.maven.settings.crypto.DefaultSettingsDecryptionRequest;
import org.apache.maven.settings.crypto.SettingsDecryptionResult;
import org.sonatype.plexus.components.cipher.DefaultPlexusCipher;
import org.sonatype.plexus.components.sec.dispatcher.DefaultSecDispatcher;

/**
 * The settings that a user's Maven works with: those of the user over those of the installation.
 *
 * @param environment where they were found
 * @param settings the merged settings, passwords decrypted
 */
record UserSettings(MavenEnvironment environment, Settings settings) {
  /**
   * Reads the settings.
   *
   * @throws FlexoraException if a settings file is not valid
   */
  static UserSettings read(MavenEnvironment environment) {
    DefaultSettingsBuildingRequest request = new DefaultSettingsBuildingRequest();
    request.setUserSettingsFile(environment.userSettings().toFile());
    environment.globalSettings().ifPresent(f -> request.setGlobalSettingsFile(f.toFile()));
    request.setSystemProperties(environment.mavenProperties());
    try {
      Settings settings =
          new DefaultSettingsBuilderFactory().newInstance().build(request).getEffectiveSettings();
      decrypt(settings, environment.securitySettings());
      return new UserSettings(environment, settings);
    } catch (SettingsBuildingException e) {
      throw new FlexoraException(
          "Maven's settings cannot be read: "
              + e.getProblems()
              + "; 'mvn help:effective-settings'"
              + " shows the same",
          e);
    }
  }

  /** Decrypts passwords in place; one that cannot be decrypted stays as it is, as in Maven. */
  private static void decrypt(Settings settings, Path masterPassword) {
    SettingsDecryptionResult decrypted =
        new DefaultSettingsDecrypter(
                new DefaultSecDispatcher(
                    new DefaultPlexusCipher(), Map.of(), masterPassword.toString()))
            .decrypt(new DefaultSettingsDecryptionRequest(settings));
    settings.setServers(decrypted.getServers());
    settings.setProxies(decrypted.getProxies());
  }

  /** Where Maven keeps what it has downloaded. */
  Path localRepository() {
    return environment
        .property("maven.repo.local")
        .or(() -> Optional.ofNullable(settings.getLocalRepository()))
        .map(Path::of)
        .orElseGet(() -> environment.home().resolve(".m2").resolve("repository"))
        .toAbsolutePath();
  }
}
