package io.flexora.selector.fixed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.selection.Selector;
import io.flexora.testkit.host.SuiteHost;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The suite's model has other layers than the published ones, so that it cannot be used here. */
class PublishedOnHostTest {

  @TempDir private Path folder;

  @Test
  void isMadeFromItsNames() {
    try (SuiteHost host = SuiteHost.start(folder, List.of())) {
      Selector selector =
          selector(host, "{use: published, model: llama3-8b, task: winogrande, layers: 6}");
      assertThat(selector.select(new Layered(32, OptionalInt.empty())).layers())
          .containsExactly(22, 23, 24, 26, 27, 28);
      assertThat(
              selector(host, "{use: published, model: chatglm3-6b, task: commonsense-qa}")
                  .select(new Layered(28, OptionalInt.empty()))
                  .layers())
          .hasSize(11);
      assertThat(
              selector(
                      host, "{use: published, model: llama3-8b, task: race, variant: samples-2000}")
                  .select(new Layered(32, OptionalInt.empty()))
                  .layers())
          .hasSize(13);
      for (String named : List.of("", ", variant: cka")) {
        String yaml = "{use: published, model: roberta-base, task: mrpc%s}".formatted(named);
        assertThat(selector(host, yaml).select(new Layered(12, OptionalInt.empty())).layers())
            .containsExactly(1, 3, 4, 7, 10, 11);
      }
    }
  }

  @Test
  void unknownNamesAreRefusedWithTheNearest() {
    try (SuiteHost host = SuiteHost.start(folder, List.of())) {
      assertThatThrownBy(() -> selector(host, "{use: published, model: llama3, task: race}"))
          .hasMessageContaining("llama3")
          .hasMessageContaining("did you mean 'llama3-8b'?")
          .hasMessageContaining("mistral-7b");
      assertThatThrownBy(
              () -> selector(host, "{use: published, model: llama3-8b, task: hellaswagg}"))
          .hasMessageContaining("did you mean 'hellaswag'?");
      assertThatThrownBy(() -> selector(host, "{use: published, model: llama-7b, task: pubmedqa}"))
          .hasMessageContaining("no layers were published for llama-7b on pubmedqa");
    }
  }

  private static Selector selector(SuiteHost host, String yaml) {
    return host.extension(Selector.class, yaml, host.services(1));
  }
}
