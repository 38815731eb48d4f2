package io.flexora.distribution.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.comparison.Comparison;
import io.flexora.comparison.claim.Claim;
import io.flexora.distribution.tiny.Command;
import io.flexora.distribution.tiny.OneThread;
import io.flexora.distribution.tiny.Program;
import io.flexora.host.FlexoraHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Claims decided by comparisons on a tiny model, and the shipped claims. */
@ExtendWith(OneThread.class)
class ClaimsTest {

  @TempDir private Path folder;

  private void claim(String name, String test) throws IOException {
    Files.createDirectories(folder.resolve("claims"));
    Files.writeString(
        folder.resolve("claims/" + name + ".yaml"),
        """
        claim: Random layers are as good as all.
        source: Nobody
        written: "2026-12-02"
        comparison: ../compare.yaml
        set: ["seeds=[1, 2, 3]", "output_dir=%s", "reports=[]"]
        strategy: random
        against: [all]
        %s
        """
            .formatted(folder.resolve("runs"), test));
  }

  private String decided(String... more) {
    String[] arguments =
        Stream.concat(Stream.of("claims", folder.resolve("claims").toString()), Stream.of(more))
            .toArray(String[]::new);
    Program.Outcome command = new Command(folder.resolve("cache")).run(List.of(arguments));
    assertThat(command.code()).as(command.err()).isZero();
    return command.out();
  }

  /** The margin is more than any accuracy can be apart, so that the claim is supported for sure. */
  @Test
  void claimsShareTheCellsOfTheirComparison() throws IOException {
    TinyComparison.in(folder);
    claim("a", "test: not-worse\nmargin: 0.9");
    claim("b", "test: better");

    assertThat(decided("--dry-run")).contains("a.yaml: not run", "b.yaml: not run");
    assertThat(folder.resolve("runs")).doesNotExist();

    assertThat(decided())
        .contains("a.yaml: supported", "Random layers are as good as all. (Nobody)")
        .containsPattern("b.yaml: (not decided|supported|refuted)");
    List<Path> made = made();
    assertThat(made).hasSize(1);
    assertThat(TinyComparison.contents(made.get(0))).hasSize(6);

    assertThat(decided()).contains("a.yaml: supported").doesNotContain("Comparison  ");
    assertThat(decided("--dry-run")).contains("a.yaml: supported");
    assertThat(made()).isEqualTo(made);
  }

  private List<Path> made() throws IOException {
    try (Stream<Path> runs = Files.list(folder.resolve("runs"))) {
      return runs.toList();
    }
  }

  @Test
  void everyShippedClaimNamesRowsOfItsComparison() throws IOException {
    Path claims = Program.HOME.resolve("config/claims");
    List<Path> files;
    try (Stream<Path> all = Files.list(claims)) {
      files = all.sorted().toList();
    }
    assertThat(files).hasSizeGreaterThanOrEqualTo(9);
    String page = Files.readString(Program.HOME.resolve("../../docs/claims.md"));
    try (FlexoraHost host = Program.host(folder)) {
      for (Path file : files) {
        Claim claim = host.claim(file);
        for (String against : claim.against()) {
          Comparison comparison =
              host.comparison(file.resolveSibling(claim.comparison()), claim.assignments(against));
          assertThat(comparison.configuration().strategies())
              .as("%s", file)
              .containsKeys(claim.strategy(), against);
          assertThat(comparison.configuration().baselineName()).isEqualTo(against);
        }
        assertThat(page).contains("`" + file.getFileName().toString().replace(".yaml", "") + "`");
      }
    }
  }
}
