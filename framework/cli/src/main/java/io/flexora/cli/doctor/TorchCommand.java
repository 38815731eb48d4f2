package io.flexora.cli.doctor;

import io.flexora.cli.command.ExitCodes;
import io.flexora.cli.command.FlexoraCommand;
import io.flexora.cli.output.Console;
import io.flexora.experiment.engine.TorchChoice;
import io.flexora.experiment.engine.TorchLibrary;
import io.flexora.host.FlexoraHost;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Shows or chooses the PyTorch library. */
@Command(
    name = "torch",
    description = {
      "Shows the PyTorch library in use: version, flavour, C++ ABI, folder, DJL's native library, and"
          + " the reason for its use."
    },
    subcommands = TorchCommand.UseCommand.class,
    footer = {
      "",
      "Examples:",
      "  flexora torch",
      "  flexora torch use .venv",
      "  flexora torch use 2.13",
      "  flexora torch use default"
    })
public final class TorchCommand implements Callable<Integer> {

  @ParentCommand private FlexoraCommand root;

  @Override
  public Integer call() {
    Map<String, String> members = FlexoraHost.torch();
    Console console = root.console();
    console.json("torch", members);
    members.forEach(
        (name, value) ->
            console.result("%-15s  %s".formatted(name.replace('_', ' ') + ":", value)));
    return ExitCodes.OK;
  }

  /** Chooses the PyTorch library. */
  @Command(
      name = "use",
      description = {
        "Chooses the PyTorch library of all later commands of this user.",
        "",
        "The library is tested first: gradients and gradients of gradients in float64, and bf16. If"
            + " a test fails, the previous choice stays.",
        "",
        "DJL publishes a native library for one version of PyTorch. For another, this command builds"
            + " one from DJL's sources in some minutes, on Linux with a C++ compiler and a JDK."
      })
  static final class UseCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Parameters(
        paramLabel = "PATH",
        description =
            "Folder of a PyTorch or of a virtual environment, a Python interpreter, python or a"
                + " version (such as 2.13) for a Python found here, or default for the library of"
                + " this installation.")
    private String place;

    @Option(
        names = "--djl-sources",
        paramLabel = "PATH",
        description =
            "Folder or zip of DJL's repository at the tag of this version, for a build without a"
                + " network.")
    private Path sources;

    @Override
    public Integer call() {
      Console console = FlexoraCommand.of(spec.commandLine()).console();
      TorchChoice choice = FlexoraHost.torchChoice();
      String when =
          TorchChoice.overriding()
              .map("once %s is no longer set"::formatted)
              .orElse("from the next command on");
      if (place.equals("default")) {
        choice.forget();
        console.message("Flexora uses its own PyTorch %s.".formatted(when));
        return ExitCodes.OK;
      }
      TorchLibrary found = TorchLibrary.at(place);
      TorchLibrary used = choice.use(found, Optional.ofNullable(sources), console::message);
      console.message(
          "PyTorch %s (%s) in %s passed its self-test. Flexora uses it %s."
              .formatted(used.version(), used.flavour(), used.folder(), when));
      if (!used.equals(found)) {
        console.message(
            "It was built for CUDA, and this machine has no driver of NVIDIA: it is used for"
                + " processors. On a machine with a GPU, repeat the command.");
      }
      return ExitCodes.OK;
    }
  }
}
