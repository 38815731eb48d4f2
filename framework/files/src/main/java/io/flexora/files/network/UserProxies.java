package io.flexora.files.network;

import java.io.IOException;
import java.net.Authenticator;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The proxies that a user has set, for Java's HTTP client.
 *
 * @since 0.1
 */
public final class UserProxies extends ProxySelector {
  private final List<HttpProxy> proxies;

  /**
   * Reads the settings.
   *
   * @param property a property of Java
   * @param variable a variable of the environment
   * @throws io.flexora.api.run.FlexoraException as {@link HttpProxy#set}
   */
  public UserProxies(
      Function<String, Optional<String>> property, Function<String, Optional<String>> variable) {
    this.proxies = HttpProxy.set(property, variable);
  }

  /** The settings of this process: its properties and its environment. */
  public static UserProxies ofThisProcess() {
    return new UserProxies(
        name -> Optional.ofNullable(System.getProperty(name)),
        name -> Optional.ofNullable(System.getenv(name)));
  }

  /** Lets a client use them. An authenticator is needed for passwords alone. */
  public HttpClient.Builder applyTo(HttpClient.Builder builder) {
    builder.proxy(this);
    if (proxies.stream().anyMatch(p -> p.login().isPresent())) {
      builder.authenticator(authenticator());
    }
    return builder;
  }

  /**
   * Selects the proxy of an address.
   *
   * @throws io.flexora.api.run.FlexoraException as {@link HttpProxy#requireHttp}
   */
  @Override
  public List<Proxy> select(URI uri) {
    return proxies.stream()
        .filter(p -> p.serves(uri))
        .findFirst()
        .map(UserProxies::proxy)
        .map(List::of)
        .orElse(List.of(Proxy.NO_PROXY));
  }

  private static Proxy proxy(HttpProxy of) {
    of.requireHttp();
    return new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(of.host(), of.port()));
  }

  @Override
  public void connectFailed(URI uri, SocketAddress address, IOException failure) {
    // There is no other proxy to turn to.
  }

  /** Gives a proxy its user's name and password, and nothing to anybody else. */
  private Authenticator authenticator() {
    return new Authenticator() {
      @Override
      protected PasswordAuthentication getPasswordAuthentication() {
        return getRequestorType() == RequestorType.PROXY
            ? password(getRequestingHost(), getRequestingPort())
            : null;
      }
    };
  }

  private PasswordAuthentication password(String host, int port) {
    return proxies.stream()
        .filter(p -> p.host().equals(host) && p.port() == port)
        .flatMap(p -> p.login().stream())
        .findFirst()
        .map(l -> new PasswordAuthentication(l.user(), l.password().toCharArray()))
        .orElse(null);
  }
}
