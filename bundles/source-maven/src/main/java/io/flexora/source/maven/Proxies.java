package io.flexora.source.maven;

import io.flexora.api.run.FlexoraException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.aether.repository.Authentication;
import org.eclipse.aether.repository.Proxy;
import org.eclipse.aether.repository.ProxySelector;
import org.eclipse.aether.util.repository.AuthenticationBuilder;
import org.eclipse.aether.util.repository.DefaultProxySelector;

/**
 * The proxies to use: those of the settings; without any, those of Java's properties ({@code
 * https.proxyHost}, of this process or in {@code MAVEN_OPTS}); without any, those of the
 * environment ({@code https_proxy}, {@code no_proxy}).
 */
final class Proxies {
  private static final List<String> PROTOCOLS = List.of("http", "https");
  private static final String LOCAL_HOSTS = "localhost|127.*|[::1]";
  private final UserSettings settings;

  Proxies(UserSettings settings) {
    this.settings = settings;
  }

  private record Entry(Proxy proxy, String nonProxyHosts) {}

  ProxySelector selector() {
    List<Entry> entries =
        Stream.of(ofSettings(), ofJava(), ofVariables())
            .filter(l -> !l.isEmpty())
            .findFirst()
            .orElse(List.of());
    DefaultProxySelector selector = new DefaultProxySelector();
    entries.forEach(e -> selector.add(e.proxy(), e.nonProxyHosts()));
    return selector;
  }

  private List<Entry> ofSettings() {
    return settings.settings().getProxies().stream()
        .filter(org.apache.maven.settings.Proxy::isActive)
        .map(
            p ->
                new Entry(
                    new Proxy(
                        p.getProtocol(),
                        p.getHost(),
                        p.getPort(),
                        authentication(p.getUsername(), p.getPassword())),
                    p.getNonProxyHosts()))
        .toList();
  }

  private List<Entry> ofJava() {
    return PROTOCOLS.stream().flatMap(p -> ofJava(p).stream()).toList();
  }

  private Optional<Entry> ofJava(String protocol) {
    MavenEnvironment environment = settings.environment();
    String nonProxyHosts = environment.property("http.nonProxyHosts").orElse(LOCAL_HOSTS);
    int number =
        environment
            .property(protocol + ".proxyPort")
            .map(port -> number(protocol, port))
            .orElse(protocol.equals("https") ? 443 : 80);
    Authentication authentication =
        authentication(
            environment.property(protocol + ".proxyUser").orElse(null),
            environment.property(protocol + ".proxyPassword").orElse(null));
    return environment
        .property(protocol + ".proxyHost")
        .filter(host -> !host.isBlank())
        .map(host -> new Entry(new Proxy(protocol, host, number, authentication), nonProxyHosts));
  }

  private List<Entry> ofVariables() {
    return PROTOCOLS.stream().flatMap(p -> ofVariables(p).stream()).toList();
  }

  private Optional<Entry> ofVariables(String protocol) {
    return variable(protocol + "_proxy")
        .or(() -> variable("all_proxy"))
        .map(Proxies::address)
        .filter(uri -> uri.getHost() != null)
        .map(
            uri ->
                new Entry(
                    new Proxy(
                        protocol,
                        uri.getHost(),
                        uri.getPort() < 0 ? 80 : uri.getPort(),
                        authentication(uri.getUserInfo())),
                    variable("no_proxy").map(Proxies::javaPattern).orElse(LOCAL_HOSTS)));
  }

  private static int number(String protocol, String port) {
    try {
      return Integer.parseInt(port);
    } catch (NumberFormatException e) {
      throw new FlexoraException(
          "the property %s.proxyPort is '%s', which is no number".formatted(protocol, port), e);
    }
  }

  /** The value is not shown, nor is a cause that shows it: there may be a password in it. */
  private static URI address(String written) {
    try {
      return new URI(written.contains("://") ? written : "http://" + written);
    } catch (URISyntaxException e) {
      throw new FlexoraException("a variable for a proxy holds no address of a proxy");
    }
  }

  private Optional<String> variable(String name) {
    return Stream.of(name, name.toUpperCase(Locale.ROOT))
        .map(settings.environment().variables()::get)
        .filter(v -> v != null && !v.isBlank())
        .findFirst();
  }

  /** Turns {@code .example.org} and {@code example.org} into {@code example.org|*.example.org}. */
  private static String javaPattern(String noProxy) {
    return Stream.of(noProxy.split(","))
        .map(String::strip)
        .filter(h -> !h.isEmpty())
        .map(h -> h.startsWith(".") ? h.substring(1) : h)
        .flatMap(h -> h.startsWith("*") ? Stream.of(h) : Stream.of(h, "*." + h))
        .reduce((a, b) -> a + "|" + b)
        .orElse(LOCAL_HOSTS);
  }

  private static Authentication authentication(String userInfo) {
    if (userInfo == null) {
      return null;
    }
    int colon = userInfo.indexOf(':');
    return colon < 0
        ? authentication(userInfo, "")
        : authentication(userInfo.substring(0, colon), userInfo.substring(colon + 1));
  }

  private static Authentication authentication(String user, String password) {
    return user == null
        ? null
        : new AuthenticationBuilder().addUsername(user).addPassword(password).build();
  }
}
