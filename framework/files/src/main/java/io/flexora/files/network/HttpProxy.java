package io.flexora.files.network;

import io.flexora.api.run.FlexoraException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A proxy that a user has set, in Java's properties ({@code https.proxyHost}, {@code
 * http.nonProxyHosts}) or, without any there, in the environment ({@code https_proxy}, {@code
 * all_proxy}, {@code no_proxy}). Every source of files reads the same settings but hands them to an
 * HTTP client of its own, so the settings are read here and the clients stay with the sources.
 *
 * @param protocol of the addresses that it serves, {@code http} or {@code https}
 * @param type {@code http} or {@code https}, or what it is instead, such as {@code socks5}
 * @param host its name
 * @param port its port
 * @param login the user whom it asks for
 * @param directHosts the hosts that are reached without it; a star stands for anything
 * @since 0.1
 */
public record HttpProxy(
    String protocol,
    String type,
    String host,
    int port,
    Optional<Login> login,
    List<String> directHosts) {

  private static final List<String> PROTOCOLS = List.of("http", "https");
  private static final List<String> LOCAL_HOSTS = List.of("localhost", "127.*", "[::1]", "::1");

  /** A user of a proxy. */
  public record Login(String user, String password) {

    /** Leaves out the password. */
    @Override
    public String toString() {
      return user;
    }
  }

  /** Copies the list. */
  public HttpProxy {
    directHosts = List.copyOf(directHosts);
  }

  /**
   * Reads the settings.
   *
   * @param property a property of Java
   * @param variable a variable of the environment
   * @return at most one proxy for each protocol
   * @throws FlexoraException if a setting holds no proxy; a password is not shown
   */
  public static List<HttpProxy> set(
      Function<String, Optional<String>> property, Function<String, Optional<String>> variable) {
    List<HttpProxy> ofJava = PROTOCOLS.stream().flatMap(p -> ofProperties(p, property)).toList();
    return ofJava.isEmpty()
        ? PROTOCOLS.stream().flatMap(p -> ofVariables(p, variable)).toList()
        : ofJava;
  }

  /** Whether an address is to be reached through it. */
  public boolean serves(URI address) {
    return serves(address.getScheme(), address.getHost());
  }

  /** Whether a host is to be reached through it by a protocol. */
  public boolean serves(String by, String name) {
    return protocol.equalsIgnoreCase(by)
        && directHosts.stream().noneMatch(pattern -> matches(pattern, name));
  }

  /**
   * Refuses what is no HTTP proxy, where it would have to be used: who has set a proxy does not
   * want it to be bypassed.
   *
   * @throws FlexoraException if it is another one; a password is not shown
   */
  public void requireHttp() {
    if (!PROTOCOLS.contains(type)) {
      throw new FlexoraException(
          "the proxy %s://%s cannot be used, only an HTTP proxy: name one by %s_proxy, or put hosts that need none into no_proxy"
              .formatted(type, host, protocol));
    }
  }

  private static Stream<HttpProxy> ofProperties(
      String protocol, Function<String, Optional<String>> properties) {
    Function<String, Optional<String>> property = filled(properties);
    List<String> directHosts =
        property
            .apply("http.nonProxyHosts")
            .map(hosts -> List.of(hosts.split("\\|")))
            .orElse(LOCAL_HOSTS);
    int port =
        property
            .apply(protocol + ".proxyPort")
            .map(written -> port(protocol, written))
            .orElse(protocol.equals("https") ? 443 : 80);
    String password = property.apply(protocol + ".proxyPassword").orElse("");
    Optional<Login> login =
        property.apply(protocol + ".proxyUser").map(user -> new Login(user, password));
    return property.apply(protocol + ".proxyHost").stream()
        .map(host -> new HttpProxy(protocol, "http", host, port, login, directHosts));
  }

  private static int port(String protocol, String written) {
    try {
      return Integer.parseInt(written);
    } catch (NumberFormatException e) {
      throw new FlexoraException(
          "the property %s.proxyPort is '%s', which is no number".formatted(protocol, written), e);
    }
  }

  private static Stream<HttpProxy> ofVariables(
      String protocol, Function<String, Optional<String>> variables) {
    Function<String, Optional<String>> variable =
        name ->
            filled(variables)
                .apply(name)
                .or(() -> filled(variables).apply(name.toUpperCase(Locale.ROOT)));
    List<String> directHosts =
        variable.apply("no_proxy").map(HttpProxy::patterns).orElse(LOCAL_HOSTS);
    return variable
        .apply(protocol + "_proxy")
        .or(() -> variable.apply("all_proxy"))
        .map(HttpProxy::address)
        .filter(address -> address.getHost() != null)
        .stream()
        .map(
            address ->
                new HttpProxy(
                    protocol,
                    address.getScheme().toLowerCase(Locale.ROOT),
                    address.getHost(),
                    address.getPort() < 0 ? 80 : address.getPort(),
                    Optional.ofNullable(address.getRawUserInfo())
                        .filter(info -> !info.isEmpty())
                        .map(HttpProxy::login),
                    directHosts));
  }

  private static Function<String, Optional<String>> filled(
      Function<String, Optional<String>> settings) {
    return name -> settings.apply(name).filter(value -> !value.isBlank());
  }

  /** The value is not shown, nor is a cause that shows it: there may be a password in it. */
  private static URI address(String written) {
    try {
      return new URI(written.contains("://") ? written : "http://" + written);
    } catch (URISyntaxException e) {
      throw new FlexoraException("a variable for a proxy holds no address of a proxy");
    }
  }

  private static Login login(String userInfo) {
    String[] parts = userInfo.split(":", 2);
    return new Login(decoded(parts[0]), parts.length == 1 ? "" : decoded(parts[1]));
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  /** Turns {@code .example.org,localhost} into patterns, each with what is below it. */
  private static List<String> patterns(String noProxy) {
    return Stream.of(noProxy.split(","))
        .map(String::strip)
        .filter(host -> !host.isEmpty())
        .map(host -> host.startsWith(".") ? host.substring(1) : host)
        .flatMap(host -> host.startsWith("*") ? Stream.of(host) : Stream.of(host, "*." + host))
        .toList();
  }

  private static boolean matches(String pattern, String host) {
    String expression = Pattern.quote(pattern).replace("*", "\\E.*\\Q");
    return Pattern.compile(expression, Pattern.CASE_INSENSITIVE).matcher(host).matches();
  }
}
