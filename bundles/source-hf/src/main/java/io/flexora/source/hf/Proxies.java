package io.flexora.source.hf;

import io.flexora.api.run.FlexoraException;
import java.io.IOException;
import java.net.Authenticator;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The proxies to use: those of Java's properties ({@code https.proxyHost}); without any, those of
 * the environment ({@code https_proxy}, {@code no_proxy}).
 */
final class Proxies extends ProxySelector {
  private static final List<String> PROTOCOLS = List.of("http", "https");
  private static final List<String> LOCAL_HOSTS = List.of("localhost", "127.*", "[::1]", "::1");
  private final List<Entry> entries;

  private record Entry(
      String protocol, String host, int port, String userInfo, List<String> directHosts) {
    boolean serves(URI uri) {
      String host = uri.getHost();
      return uri.getScheme().equalsIgnoreCase(protocol)
          && directHosts.stream().noneMatch(pattern -> matches(pattern, host));
    }
  }

  Proxies(HubEnvironment environment) {
    List<Entry> ofJava =
        PROTOCOLS.stream().flatMap(p -> ofProperties(environment, p).stream()).toList();
    entries =
        ofJava.isEmpty()
            ? PROTOCOLS.stream().flatMap(p -> ofVariables(environment, p).stream()).toList()
            : ofJava;
  }

  private static Optional<Entry> ofProperties(HubEnvironment environment, String protocol) {
    List<String> directHosts =
        property(environment, "http.nonProxyHosts")
            .map(v -> List.of(v.split("\\|")))
            .orElse(LOCAL_HOSTS);
    String port =
        property(environment, protocol + ".proxyPort")
            .orElse(protocol.equals("https") ? "443" : "80");
    String userInfo =
        property(environment, protocol + ".proxyUser")
            .map(u -> u + ":" + property(environment, protocol + ".proxyPassword").orElse(""))
            .orElse("");
    return property(environment, protocol + ".proxyHost")
        .map(host -> new Entry(protocol, host, number(protocol, port), userInfo, directHosts));
  }

  private static int number(String protocol, String port) {
    try {
      return Integer.parseInt(port);
    } catch (NumberFormatException e) {
      throw new FlexoraException(
          "the property %s.proxyPort is '%s', which is no number".formatted(protocol, port), e);
    }
  }

  private static Optional<String> property(HubEnvironment environment, String name) {
    return Optional.ofNullable(environment.properties().getProperty(name))
        .filter(v -> !v.isBlank());
  }

  private static Optional<Entry> ofVariables(HubEnvironment environment, String protocol) {
    return variable(environment, protocol + "_proxy")
        .or(() -> variable(environment, "all_proxy"))
        .flatMap(Proxies::address)
        .map(
            uri ->
                new Entry(
                    protocol,
                    uri.getHost(),
                    uri.getPort() < 0 ? 80 : uri.getPort(),
                    uri.getRawUserInfo() == null ? "" : uri.getRawUserInfo(),
                    variable(environment, "no_proxy").map(Proxies::patterns).orElse(LOCAL_HOSTS)));
  }

  private static Optional<String> variable(HubEnvironment environment, String name) {
    return Stream.of(name, name.toUpperCase(Locale.ROOT))
        .flatMap(n -> environment.variable(n).stream())
        .findFirst();
  }

  /** The value is not shown, nor is a cause that shows it: there may be a password in it. */
  private static Optional<URI> address(String written) {
    try {
      URI uri = new URI(written.contains("://") ? written : "http://" + written);
      return Optional.of(uri).filter(u -> u.getHost() != null);
    } catch (URISyntaxException e) {
      throw new FlexoraException("a variable for a proxy holds no address of a proxy");
    }
  }

  /** Turns {@code .example.org,localhost} into patterns in which a star stands for anything. */
  private static List<String> patterns(String noProxy) {
    return Stream.of(noProxy.split(","))
        .map(String::strip)
        .filter(h -> !h.isEmpty())
        .flatMap(
            h -> {
              String name = h.startsWith(".") ? h.substring(1) : h;
              return name.startsWith("*") ? Stream.of(name) : Stream.of(name, "*." + name);
            })
        .toList();
  }

  private static boolean matches(String pattern, String host) {
    String expression = Pattern.quote(pattern).replace("*", "\\E.*\\Q");
    return Pattern.compile(expression, Pattern.CASE_INSENSITIVE).matcher(host).matches();
  }

  @Override
  public List<Proxy> select(URI uri) {
    return entries.stream()
        .filter(e -> e.serves(uri))
        .findFirst()
        .map(
            e -> new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(e.host(), e.port())))
        .map(List::of)
        .orElse(List.of(Proxy.NO_PROXY));
  }

  @Override
  public void connectFailed(URI uri, SocketAddress address, IOException failure) {
    // There is no other proxy to turn to.
  }

  /** Gives a proxy its user's name and password, and nothing to anybody else. */
  Authenticator authenticator() {
    return new Authenticator() {
      @Override
      protected PasswordAuthentication getPasswordAuthentication() {
        return getRequestorType() == RequestorType.PROXY
            ? password(getRequestingHost(), getRequestingPort())
            : null;
      }
    };
  }

  /** Whether a proxy has a password, for which alone an authenticator is needed. */
  boolean havePasswords() {
    return entries.stream().anyMatch(e -> !e.userInfo().isEmpty());
  }

  private PasswordAuthentication password(String host, int port) {
    return entries.stream()
        .filter(e -> e.host().equals(host) && e.port() == port && !e.userInfo().isEmpty())
        .findFirst()
        .map(e -> e.userInfo().split(":", 2))
        .map(p -> new PasswordAuthentication(decoded(p[0]), decoded(p[p.length - 1]).toCharArray()))
        .orElse(null);
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }
}
