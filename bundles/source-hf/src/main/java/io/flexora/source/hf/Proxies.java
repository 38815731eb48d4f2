package io.flexora.source.hf;

import io.flexora.files.network.HttpProxy;
import java.io.IOException;
import java.net.Authenticator;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/** The proxies that a user has set, for Java's HTTP client. */
final class Proxies extends ProxySelector {
  private final List<HttpProxy> proxies;

  Proxies(HubEnvironment environment) {
    this.proxies =
        HttpProxy.set(
            name -> Optional.ofNullable(environment.properties().getProperty(name)),
            environment::variable);
  }

  @Override
  public List<Proxy> select(URI uri) {
    return proxies.stream()
        .filter(p -> p.serves(uri))
        .findFirst()
        .map(
            p -> new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(p.host(), p.port())))
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
    return proxies.stream().anyMatch(p -> p.login().isPresent());
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
