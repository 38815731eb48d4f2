package io.flexora.cli.doctor;

import io.flexora.cli.command.ExitCodes;
import io.flexora.cli.command.FlexoraCommand;
import io.flexora.cli.output.Console;
import io.flexora.experiment.setup.TorchChoice;
import io.flexora.experiment.setup.TorchLibrary;
import io.flexora.experiment.setup.TorchState;
import io.flexora.host.FlexoraHost;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
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
      "  flexora torch use .venv/bin/python",
      "  flexora torch use default"
    })
public final class TorchCommand implements Callable<Integer> {

  @ParentCommand private FlexoraCommand root;

  @Override
  public Integer call() {
    TorchState state = FlexoraHost.torch();
    Console console = root.console();
    console.json("torch", state.members());
    state
        .members()
        .forEach(
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
            + " a test fails, the previous choice stays."
      })
  static final class UseCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Parameters(
        paramLabel = "PATH",
        description =
            "Folder of a PyTorch or of a virtual environment, a Python interpreter (such as python),"
                + " or default for the library of this installation.")
    private String place;

    @Override
    public Integer call() {
      Console console = FlexoraCommand.of(spec.commandLine()).console();
      TorchChoice choice = FlexoraHost.torchChoice();
      if (place.equals("default")) {
        choice.forget();
        console.message("Flexora uses its own PyTorch from the next command on.");
        return ExitCodes.OK;
      }
      TorchLibrary library = TorchLibrary.at(place);
      TorchLibrary.Door door = choice.use(library);
      console.message(
          "PyTorch %s (%s) in %s passed its self-test. Flexora uses it from the next command on."
              .formatted(library.version(), door.flavour(), library.folder()));
      return ExitCodes.OK;
    }
  }
}
