package io.flexora.source.hf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.FlexoraException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Tokens, gates and proxies. */
class AccessTest extends HubTest {
  private static final String TOKEN = "hf_abcSecret";

  @Test
  void sendsTheTokenToTheEndpointAlone() throws IOException {
    model.gate();
    hub.accept(TOKEN);
    variables.put("HF_TOKEN", TOKEN + "\n");
    fetch("org/tiny");
    fetch("org/tiny/onnx/model.onnx");
    assertThat(hub.tokens()).isNotEmpty().containsOnly("Bearer " + TOKEN);
    assertThat(hub.foreignTokens()).isEmpty();
    assertThat(monitor.notices().toString() + monitor.events()).doesNotContain("Secret");
  }

  @Test
  void readsTheTokenFile() throws IOException {
    Path file = home.resolve(".cache/huggingface/token");
    Files.createDirectories(file.getParent());
    Files.writeString(file, "of-file\n");
    fetch("org/tiny/merges.txt");
    assertThat(hub.tokens()).containsOnly("Bearer of-file");
    variables.put("HF_TOKEN_PATH", "~/token");
    Files.writeString(home.resolve("token"), "of-path");
    fetch("org/tiny/merges.txt");
    assertThat(hub.tokens()).last().isEqualTo("Bearer of-path");
    variables.put("HF_TOKEN", "of-variable");
    fetch("org/tiny/merges.txt");
    assertThat(hub.tokens()).last().isEqualTo("Bearer of-variable");
    int sent = hub.tokens().size();
    variables.put("HF_HUB_DISABLE_IMPLICIT_TOKEN", "1");
    fetch("org/tiny/merges.txt");
    assertThat(hub.tokens()).hasSize(sent);
  }

  @Test
  void saysWhereAccessToAGatedRepositoryIsAskedFor() {
    model.gate();
    for (String location : new String[] {"org/tiny", "org/tiny/model.safetensors"}) {
      assertThatThrownBy(() -> fetch(location))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("org/tiny is gated")
          .hasMessageContaining("Ask for access at " + hub.url() + "/org/tiny")
          .hasMessageContaining("HF_TOKEN");
    }
    variables.put("HF_TOKEN", TOKEN);
    assertThatThrownBy(() -> fetch("org/tiny"))
        .hasMessageContaining("the account of this HF_TOKEN has no access")
        .hasMessageContaining(hub.url() + "/org/tiny")
        .hasMessageNotContaining("Secret");
  }

  @Test
  void refusesATokenThatCannotBeOneWithoutShowingIt() {
    variables.put("HF_TOKEN", "hf_abc Secret");
    assertThatThrownBy(() -> fetch("org/tiny"))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("HF_TOKEN")
        .hasMessageNotContaining("Secret");
  }

  @Test
  void refusesAnEndpointThatIsNoAddress() {
    for (String endpoint : new String[] {"huggingface.co", "ftp://x", "http://", "::"}) {
      variables.put("HF_ENDPOINT", endpoint);
      assertThatThrownBy(() -> fetch("org/tiny"))
          .isInstanceOf(FlexoraException.class)
          .hasMessageContaining("HF_ENDPOINT is '" + endpoint);
    }
  }

  @Test
  void saysThatSomethingElseAnswers() throws IOException {
    model.revision("main", "../../evil");
    assertThatThrownBy(() -> fetch("org/tiny"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("names no commit")
        .hasMessageContaining("HF_ENDPOINT");
    assertThatThrownBy(() -> fetch("org/tiny/model.safetensors"))
        .hasMessageContaining("names no commit");
    assertThat(cache()).doesNotExist();
  }

  @Test
  void obeysProxiesOfJavaAndOfTheEnvironment() throws IOException {
    variables.put("HF_ENDPOINT", "http://hub.invalid");
    properties.setProperty("http.proxyHost", "127.0.0.1");
    properties.setProperty("http.proxyPort", String.valueOf(hub.port()));
    assertThat(fetch("org/tiny/merges.txt")).hasContent("a b");
    assertThat(hub.requests()).allMatch(r -> r.contains(" http://hub.invalid/"));
    properties.clear();
    variables.put("http_proxy", "http://127.0.0.1:" + hub.port());
    assertThat(fetch("org/tiny/tokenizer.json")).hasContent("{}");
    variables.put("http_proxy", "http://user:p%ss@127.0.0.1");
    assertThatThrownBy(() -> fetch("org/tiny/config.json"))
        .isInstanceOf(FlexoraException.class)
        .hasMessage("a variable for a proxy holds no address of a proxy")
        .hasNoCause();
    variables.put("http_proxy", "http://127.0.0.1:" + hub.port());
    variables.put("no_proxy", "localhost,.invalid");
    assertThatThrownBy(() -> fetch("org/tiny/config.json"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("there is no such host");
  }
}
