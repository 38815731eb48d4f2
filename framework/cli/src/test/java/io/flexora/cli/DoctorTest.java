package io.flexora.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flexora.cli.command.ExitCodes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorTest {

  @TempDir Path home;

  @BeforeEach
  void makeAnEmptyInstallation() throws Exception {
    Files.createDirectories(home.resolve("bundles"));
    Files.createDirectories(home.resolve("plugins"));
  }

  @Test
  void anInstallationWithoutPluginsIsNotSound() {
    Invocation doctor = Invocation.at(home, "doctor", "--no-network");

    assertThat(doctor.code()).isEqualTo(ExitCodes.FAILED);
    assertThat(doctor.out().lines())
        .anyMatch(line -> line.matches("ok +Java +" + Runtime.version().feature() + ".*"))
        .anyMatch(line -> line.matches("missing +plugins +none is active.*"))
        .anyMatch(line -> line.matches("(ok|note) +memory +\\d+ MiB free.*"));
    assertThat(doctor.err()).isEmpty();
  }

  @Test
  void onATerminalTheTextsStandInAColumn() {
    Invocation doctor =
        Invocation.onTerminal(60, "doctor", "--no-network", "--home", home.toString());

    assertThat(doctor.out().lines())
        .allMatch(line -> line.matches("(ok     |note   |missing)  .{16}  \\S.*| {27}\\S.*"))
        .anyMatch(line -> line.startsWith(" ".repeat(27)))
        .filteredOn(line -> line.substring(27).contains(" "))
        .allMatch(line -> line.length() <= 60);
  }

  @Test
  void jsonSaysTheSame() throws Exception {
    List<String> lines =
        Invocation.at(home, "doctor", "--no-network", "--json").out().lines().toList();

    JsonNode java = new ObjectMapper().readTree(lines.get(0));
    assertThat(java.get("type").asText()).isEqualTo("finding");
    assertThat(java.get("about").asText()).isEqualTo("Java");
    assertThat(java.get("verdict").asText()).isEqualTo("fine");
  }

  @Test
  void aLockThatCannotBeReadIsTold() throws Exception {
    Files.writeString(home.resolve("plugins.lock"), "no lock");

    Invocation doctor = Invocation.at(home, "doctor", "--no-network");

    assertThat(doctor.code()).isEqualTo(ExitCodes.WRONG_INPUT);
    assertThat(doctor.err()).contains("plugins.lock cannot be used");
  }
}
