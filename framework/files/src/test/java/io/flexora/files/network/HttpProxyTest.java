package io.flexora.files.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.flexora.api.run.FlexoraException;
import io.flexora.files.network.HttpProxy.Login;
import java.net.Proxy;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HttpProxyTest {

  private static List<HttpProxy> set(
      Map<String, String> properties, Map<String, String> variables) {
    return HttpProxy.set(
        name -> Optional.ofNullable(properties.get(name)),
        name -> Optional.ofNullable(variables.get(name)));
  }

  @Test
  void thoseOfJavaComeBeforeThoseOfTheEnvironment() {
    Map<String, String> variables =
        Map.of("HTTP_PROXY", "outer:3128", "all_proxy", "http://a%40b:c%2Bd+e@all.example");

    assertThat(set(Map.of("https.proxyHost", "inner", "https.proxyUser", "me%"), variables))
        .containsExactly(
            new HttpProxy(
                "https",
                "http",
                "inner",
                443,
                Optional.of(new Login("me%", "")),
                List.of("localhost", "127.*", "[::1]", "::1")));
    assertThat(set(Map.of("http.proxyHost", " "), variables))
        .extracting(HttpProxy::protocol, HttpProxy::host, HttpProxy::port, HttpProxy::login)
        .containsExactly(
            tuple("http", "outer", 3128, Optional.empty()),
            tuple("https", "all.example", 80, Optional.of(new Login("a@b", "c+d+e"))));
    assertThat(set(Map.of(), Map.of())).isEmpty();
  }

  @Test
  void hostsThatAreReachedDirectlyAreNotServed() {
    HttpProxy proxy =
        set(Map.of(), Map.of("https_proxy", "proxy", "no_proxy", " .example.org, local,*.lan"))
            .get(0);

    assertThat(proxy.serves(URI.create("https://flexora.io/x"))).isTrue();
    assertThat(proxy.serves(URI.create("http://flexora.io/x"))).isFalse();
    assertThat(proxy.serves(URI.create("https://Example.org"))).isFalse();
    assertThat(proxy.serves(URI.create("https://a.example.org"))).isFalse();
    assertThat(proxy.serves(URI.create("https://notexample.org"))).isTrue();
    assertThat(proxy.serves(URI.create("https://local"))).isFalse();
    assertThat(proxy.serves(URI.create("https://lan"))).isTrue();
    assertThat(proxy.serves(URI.create("https://a.lan"))).isFalse();
    HttpProxy ofJava =
        set(Map.of("http.proxyHost", "proxy", "http.nonProxyHosts", "10.*|x"), Map.of()).get(0);
    assertThat(ofJava.serves(URI.create("http://10.0.0.1"))).isFalse();
    assertThat(ofJava.serves(URI.create("http://x"))).isFalse();
    assertThat(ofJava.serves(URI.create("http://a.x"))).isTrue();
  }

  @Test
  void anotherProxyThanThatOfHttpIsRefusedWhereItWouldBeUsed() {
    Map<String, String> variables = Map.of("all_proxy", "SOCKS5h://user:secret@proxy:1080");
    UserProxies proxies =
        new UserProxies(name -> Optional.empty(), name -> Optional.ofNullable(variables.get(name)));

    assertThat(proxies.select(URI.create("https://localhost:5000/x")))
        .containsExactly(Proxy.NO_PROXY);
    assertThatThrownBy(() -> proxies.select(URI.create("https://flexora.io/x")))
        .isInstanceOf(FlexoraException.class)
        .hasMessage(
            "the proxy socks5h://proxy cannot be used, only an HTTP proxy: name one by https_proxy,"
                + " or put hosts that need none into no_proxy");
    HttpProxy usable = set(Map.of(), Map.of("https_proxy", "https://proxy:8080")).get(0);
    assertThatCode(usable::requireHttp).doesNotThrowAnyException();
  }

  @Test
  void aPasswordIsShownNowhere() {
    assertThatThrownBy(() -> set(Map.of(), Map.of("http_proxy", "http://user:p%ss@host")))
        .isInstanceOf(FlexoraException.class)
        .hasMessage("a variable for a proxy holds no address of a proxy")
        .hasNoCause();
    assertThat(set(Map.of(), Map.of("http_proxy", "http://user:secret@host")).toString())
        .contains("user")
        .doesNotContain("secret");
    assertThatThrownBy(
            () -> set(Map.of("http.proxyHost", "h", "http.proxyPort", "eighty"), Map.of()))
        .hasMessage("the property http.proxyPort is 'eighty', which is no number");
  }
}
