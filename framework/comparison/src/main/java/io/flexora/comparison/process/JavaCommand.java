package io.flexora.comparison.process;

import java.io.File;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Another Java virtual machine like this one. */
final class JavaCommand {

  private static final String OWN = "flexora.";

  // What two processes cannot share, or what is true of this process alone.
  private static final List<String> NOT_INHERITED =
      List.of(
          "-agentlib:",
          "-agentpath:",
          "-javaagent:",
          "-Xrunjdwp",
          "-Xdebug",
          "-Dcom.sun.management.jmxremote",
          "-XX:ArchiveClassesAtExit",
          "-XX:StartFlightRecording",
          "-XX:ErrorFile",
          "-Dflexora.terminal=",
          "-Dflexora.columns=");

  private JavaCommand() {}

  /**
   * The command up to the main class.
   *
   * @param folder where a crash of the machine is described
   * @param further options that go over the inherited ones
   */
  static List<String> line(Path folder, List<String> further) {
    return line(inherited(), folder, further);
  }

  /** The same for another machine: without inherited options that may hold a secret. */
  static List<String> elsewhere(Path folder, List<String> further) {
    Set<String> inherited = inherited();
    inherited.removeIf(JavaCommand::mayHoldSecret);
    return line(inherited, folder, further);
  }

  private static boolean mayHoldSecret(String option) {
    return option.startsWith("-D")
        && (CellEnvironment.isSecret(option.split("=", 2)[0])
            || CellEnvironment.isSecretValue(option));
  }

  private static List<String> line(Set<String> inherited, Path folder, List<String> further) {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(inherited);
    // What runs out of memory somewhere cannot be trusted anywhere; it ends with exit code 3.
    line.add("-XX:+ExitOnOutOfMemoryError");
    line.add("-XX:ErrorFile=" + folder + File.separator + "hs_err_pid%p.log");
    line.addAll(further);
    line.add("-cp");
    line.add(System.getProperty("java.class.path"));
    return line;
  }

  private static Set<String> inherited() {
    Set<String> options =
        new LinkedHashSet<>(ManagementFactory.getRuntimeMXBean().getInputArguments());
    for (String name : new TreeSet<>(System.getProperties().stringPropertyNames())) {
      if (name.startsWith(OWN)) {
        options.add("-D" + name + "=" + System.getProperty(name));
      }
    }
    options.removeIf(option -> NOT_INHERITED.stream().anyMatch(option::startsWith));
    return options;
  }
}
