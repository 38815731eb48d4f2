package io.flexora.source.maven;

import io.flexora.api.run.FlexoraException;
import io.flexora.files.network.HttpProxy;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.aether.repository.Authentication;
import org.eclipse.aether.repository.Proxy;
import org.eclipse.aether.repository.ProxySelector;
import org.eclipse.aether.repository.RemoteRepository;
import org.eclipse.aether.util.repository.AuthenticationBuilder;
import org.eclipse.aether.util.repository.DefaultProxySelector;

/**
 * The proxies to use: those of the settings; without any, those of Java's properties (of this
 * process or in {@code MAVEN_OPTS}) or of the environment.
 */
final class Proxies {
  private final UserSettings settings;

  Proxies(UserSettings settings) {
    this.settings = settings;
  }

  /** The proxies for Maven's resolver. */
  ProxySelector selector() {
    DefaultProxySelector selector = new DefaultProxySelector();
    List<org.apache.maven.settings.Proxy> active =
        settings.settings().getProxies().stream()
            .filter(org.apache.maven.settings.Proxy::isActive)
            .toList();
    for (org.apache.maven.settings.Proxy p : active) {
      Authentication login = authentication(p.getUsername(), p.getPassword());
      selector.add(
          new Proxy(p.getProtocol(), p.getHost(), p.getPort(), login), p.getNonProxyHosts());
    }
    return active.isEmpty() ? selector(ofThisProcess()) : selector;
  }

  private static ProxySelector selector(List<HttpProxy> proxies) {
    DefaultProxySelector selector = new DefaultProxySelector();
    proxies.forEach(p -> selector.add(proxy(p), String.join("|", p.directHosts())));
    return repository -> {
      proxies.stream()
          .filter(p -> p.serves(repository.getProtocol(), repository.getHost()))
          .forEach(HttpProxy::requireHttp);
      return selector.getProxy(repository);
    };
  }

  /**
   * The proxies of repositories, without their passwords; of none where a setting holds no proxy,
   * which is told where one is asked.
   */
  Map<URI, java.net.Proxy> of(List<RemoteRepository> repositories) {
    Map<URI, java.net.Proxy> proxies = new HashMap<>();
    try {
      ProxySelector selector = selector();
      repositories.forEach(
          asked -> proxies.put(URI.create(asked.getUrl()), ofJava(selector.getProxy(asked))));
    } catch (FlexoraException e) {
      proxies.clear();
    }
    return proxies;
  }

  private static java.net.Proxy ofJava(Proxy proxy) {
    return proxy == null
        ? java.net.Proxy.NO_PROXY
        : new java.net.Proxy(
            java.net.Proxy.Type.HTTP,
            InetSocketAddress.createUnresolved(proxy.getHost(), proxy.getPort()));
  }

  private List<HttpProxy> ofThisProcess() {
    MavenEnvironment environment = settings.environment();
    return HttpProxy.set(
        environment::property, name -> Optional.ofNullable(environment.variables().get(name)));
  }

  private static Proxy proxy(HttpProxy set) {
    Authentication login =
        set.login().map(l -> authentication(l.user(), l.password())).orElse(null);
    return new Proxy(set.protocol(), set.host(), set.port(), login);
  }

  private static Authentication authentication(String user, String password) {
    return user == null
        ? null
        : new AuthenticationBuilder().addUsername(user).addPassword(password).build();
  }
}
