package io.flexora.source.maven;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.maven.settings.Server;
import org.apache.maven.settings.Settings;
import org.codehaus.plexus.util.xml.Xpp3Dom;
import org.eclipse.aether.ConfigurationProperties;
import org.eclipse.aether.RepositorySystem;
import org.eclipse.aether.RepositorySystemSession.SessionBuilder;
import org.eclipse.aether.repository.AuthenticationSelector;
import org.eclipse.aether.repository.MirrorSelector;
import org.eclipse.aether.repository.RemoteRepository;
import org.eclipse.aether.repository.RepositoryPolicy;
import org.eclipse.aether.supplier.SessionBuilderSupplier;
import org.eclipse.aether.util.repository.AuthenticationBuilder;
import org.eclipse.aether.util.repository.ConservativeAuthenticationSelector;
import org.eclipse.aether.util.repository.DefaultAuthenticationSelector;
import org.eclipse.aether.util.repository.DefaultMirrorSelector;
import org.eclipse.aether.util.repository.SimpleResolutionErrorPolicy;

/** Makes sessions of Maven's resolver that follow a user's settings. */
final class SessionFactory {
  private static final int STALLED_MILLIS = 60_000;
  private final UserSettings userSettings;
  private final Settings settings;

  SessionFactory(UserSettings userSettings) {
    this.userSettings = userSettings;
    this.settings = userSettings.settings();
  }

  /** A session to build, with everything but listeners. */
  SessionBuilder session(RepositorySystem system) {
    return new SessionBuilderSupplier(system)
        .get()
        .withLocalRepositoryBaseDirectories(userSettings.localRepository())
        .setOffline(settings.isOffline())
        .setChecksumPolicy(RepositoryPolicy.CHECKSUM_POLICY_FAIL)
        // A failure is not remembered: the user may have repaired its cause.
        .setResolutionErrorPolicy(new SimpleResolutionErrorPolicy(false, false))
        .setSystemProperties(userSettings.environment().mavenProperties())
        .setConfigProperties(configuration())
        .setMirrorSelector(mirrors())
        .setProxySelector(new Proxies(userSettings).selector())
        .setAuthenticationSelector(servers());
  }

  private Map<String, Object> configuration() {
    Map<String, Object> configuration = new HashMap<>();
    configuration.put(ConfigurationProperties.REQUEST_TIMEOUT, STALLED_MILLIS);
    userSettings
        .environment()
        .mavenProperties()
        .forEach((name, value) -> configuration.put(name.toString(), value));
    settings.getServers().forEach(s -> headers(s, configuration));
    return configuration;
  }

  /** Takes over {@code <configuration><httpHeaders>}, where tokens of some repositories stand. */
  private static void headers(Server server, Map<String, Object> configuration) {
    if (server.getConfiguration() instanceof Xpp3Dom dom && dom.getChild("httpHeaders") != null) {
      Map<String, String> headers = new HashMap<>();
      for (Xpp3Dom property : dom.getChild("httpHeaders").getChildren("property")) {
        headers.put(text(property, "name"), text(property, "value"));
      }
      configuration.put(ConfigurationProperties.HTTP_HEADERS + "." + server.getId(), headers);
    }
  }

  private static String text(Xpp3Dom parent, String name) {
    Xpp3Dom child = parent.getChild(name);
    return child == null ? "" : child.getValue();
  }

  /** The repositories that Maven asks, mirrors in place of what they stand for. */
  List<RemoteRepository> remotes() {
    MirrorSelector mirrors = mirrors();
    return new Repositories(settings, userSettings.environment().mavenProperties())
        .list().stream()
            .map(asked -> Optional.ofNullable(mirrors.getMirror(asked)).orElse(asked))
            .toList();
  }

  private MirrorSelector mirrors() {
    DefaultMirrorSelector selector = new DefaultMirrorSelector();
    settings
        .getMirrors()
        .forEach(
            m ->
                selector.add(
                    m.getId(),
                    m.getUrl(),
                    m.getLayout(),
                    false,
                    m.isBlocked(),
                    m.getMirrorOf(),
                    m.getMirrorOfLayouts()));
    return selector;
  }

  private AuthenticationSelector servers() {
    DefaultAuthenticationSelector selector = new DefaultAuthenticationSelector();
    settings
        .getServers()
        .forEach(
            s ->
                selector.add(
                    s.getId(),
                    new AuthenticationBuilder()
                        .addUsername(s.getUsername())
                        .addPassword(s.getPassword())
                        .addPrivateKey(s.getPrivateKey(), s.getPassphrase())
                        .build()));
    return new ConservativeAuthenticationSelector(selector);
  }
}
