package io.flexora.experiment.engine;

import io.flexora.api.run.FlexoraException;
import io.flexora.files.durable.RegularFile;
import io.flexora.numerics.torch.TorchEngine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A build of PyTorch's library in a folder.
 *
 * @param folder the folder of its shared libraries
 * @param version its version, such as 2.7.1
 * @param cuda the CUDA that it was built for, such as 12.8; empty for a build for processors
 * @param newAbi whether its C++ strings are of the newer ABI of GCC 5
 * @since 0.1
 */
public record TorchLibrary(Path folder, String version, Optional<String> cuda, boolean newAbi) {

  private static final String ASK =
      "import torch; print('\\n'.join(['torch ' + torch.__file__, torch.__version__,"
          + " str(torch.version.cuda), str(torch._C._GLIBCXX_USE_CXX11_ABI)]))";
  private static final String PYTHON = "python";
  private static final Pattern NUMBER = Pattern.compile("[0-9]+\\.[0-9]+(\\.[0-9]+)?");
  private static final Pattern VERSION = Pattern.compile("([0-9]+\\.[0-9]+\\.[0-9]+)[^+]*(\\+.*)?");
  private static final Pattern WHEEL =
      Pattern.compile("^__version__[^=]*= *'([^']+)'", Pattern.MULTILINE);
  private static final Pattern WHEEL_CUDA =
      Pattern.compile("^cuda\\b[^=]*= *'([0-9.]+)'", Pattern.MULTILINE);
  private static final Pattern SUFFIX = Pattern.compile("\\+cu([0-9]+)([0-9])");

  /**
   * Finds a library.
   *
   * @param place a folder with the library, of a wheel, or of a virtual environment; the program of
   *     a Python interpreter; {@code python}; or a version, such as 2.13, of a Python here
   * @throws FlexoraException if there is no library of a known version
   */
  public static TorchLibrary at(String place) {
    return at(place, GpuDiagnosis::output);
  }

  /** Finds a library by a given way to the output of commands. */
  static TorchLibrary at(String place, Function<List<String>, Optional<String>> output) {
    Path path = Path.of(place).toAbsolutePath().normalize();
    if (!Files.isDirectory(path)) {
      return place.equals(PYTHON) || NUMBER.matcher(place).matches()
          ? ofSomePython(place, output)
          : ofPython(place, output);
    }
    Optional<Path> library =
        Stream.of("", "lib", "torch/lib")
            .map(path::resolve)
            .filter(folder -> Files.exists(folder.resolve(System.mapLibraryName("torch_cpu"))))
            .map(Path::normalize)
            .findFirst();
    if (library.isPresent()) {
      return inFolder(library.get());
    }
    return Stream.of("bin/python", "Scripts/python.exe")
        .map(path::resolve)
        .filter(Files::isExecutable)
        .findFirst()
        .map(python -> ofPython(python.toString(), output))
        .orElseThrow(
            () ->
                new FlexoraException(
                    "%s has no PyTorch: there is no %s in it, in lib or in torch/lib, and no bin/python"
                        .formatted(path, System.mapLibraryName("torch_cpu"))));
  }

  /** The library of the first Python here that has one, of any or of a given version. */
  private static TorchLibrary ofSomePython(
      String wanted, Function<List<String>, Optional<String>> output) {
    List<String> others = new ArrayList<>();
    for (String python : List.of(PYTHON, "python3", ".venv/bin/python")) {
      try {
        TorchLibrary found = ofPython(python, output);
        if (wanted.equals(PYTHON) || (found.version() + ".").startsWith(wanted + ".")) {
          return found;
        }
        others.add("%s has %s".formatted(python, found.version()));
      } catch (FlexoraException e) {
        others.add("%s has none".formatted(python));
      }
    }
    String version = wanted.equals(PYTHON) ? "" : " " + wanted;
    throw new FlexoraException(
        "no Python here has PyTorch%s (%s). Install it: python3 -m venv torch && torch/bin/pip install torch%s numpy; then: flexora torch use torch"
            .formatted(
                version,
                String.join(", ", others),
                version.isEmpty() ? "" : "==" + wanted + (isWhole(wanted) ? "" : ".*")));
  }

  private static boolean isWhole(String version) {
    return version.indexOf('.') != version.lastIndexOf('.');
  }

  /** The library as one for processors, which needs no driver of NVIDIA. */
  TorchLibrary withoutCuda() {
    return new TorchLibrary(folder, version, Optional.empty(), newAbi);
  }

  /** The library of this process, which is started for it. */
  static TorchLibrary ofThisProcess() {
    TorchEngine engine = TorchEngine.start();
    Path folder = engine.library();
    String flavour =
        Optional.ofNullable(System.getenv("PYTORCH_FLAVOR"))
            .orElseGet(GpuDiagnosis::flavourOnClassPath);
    return new TorchLibrary(
        folder, engine.version(), GpuDiagnosis.ofFlavour(flavour), hasNewAbi(folder));
  }

  private static TorchLibrary ofPython(
      String python, Function<List<String>, Optional<String>> output) {
    String told =
        output
            .apply(List.of(python, "-c", ASK))
            .orElseThrow(
                () ->
                    new FlexoraException(
                        python + " is neither a folder nor a Python interpreter that answers"));
    List<String> lines =
        told.lines().dropWhile(line -> !line.startsWith("torch ")).map(String::strip).toList();
    if (lines.size() < 4) {
      throw new FlexoraException(
          "the Python %s has no usable PyTorch: %s"
              .formatted(python, told.lines().reduce("no answer", (first, last) -> last)));
    }
    Path file = Path.of(lines.get(0).substring("torch ".length()));
    Path folder = file.resolveSibling("lib").normalize();
    Optional<String> cuda = Optional.of(lines.get(2)).filter(text -> !text.equals("None"));
    return new TorchLibrary(
        folder, number(folder, lines.get(1)), cuda, lines.get(3).equals("True"));
  }

  private static TorchLibrary inFolder(Path folder) {
    Optional<String> wheel = text(folder.resolveSibling("version.py"));
    String version =
        wheel
            .flatMap(text -> first(WHEEL, text))
            .or(() -> text(folder.resolveSibling("build-version")).map(String::strip))
            .orElseThrow(
                () ->
                    new FlexoraException(
                        "the version of PyTorch in %s is unknown: there is no version.py (pip) or build-version (libtorch) beside it"
                            .formatted(folder)));
    Matcher suffix = SUFFIX.matcher(version);
    Optional<String> cuda =
        wheel
            .flatMap(text -> first(WHEEL_CUDA, text))
            .or(
                () ->
                    suffix.find()
                        ? Optional.of(suffix.group(1) + "." + suffix.group(2))
                        : Optional.empty());
    return new TorchLibrary(folder, number(folder, version), cuda, hasNewAbi(folder));
  }

  private static String number(Path folder, String version) {
    Matcher matcher = VERSION.matcher(version);
    if (!matcher.matches() || version.contains("+rocm")) {
      throw new FlexoraException(
          "PyTorch %s in %s is not supported: builds for processors and for CUDA are"
              .formatted(version, folder));
    }
    return matcher.group(1);
  }

  /** Only the older ABI writes the type of strings in names of functions as Ss. */
  static boolean hasNewAbi(Path folder) {
    try {
      String names =
          new String(
              RegularFile.bytes(folder.resolve(System.mapLibraryName("c10"))),
              StandardCharsets.ISO_8859_1);
      return !names.contains("_ZN3c105ErrorC1ENS_14SourceLocationESs");
    } catch (IOException e) {
      return true;
    }
  }

  /** The flavour of DJL's native library for it, such as cpu or cu128. */
  public String flavour() {
    return cuda.map(number -> "cu" + number.replace(".", "")).orElse("cpu")
        + (newAbi ? "" : "-precxx11");
  }

  /** The folder of CUDA's runtime beside the library, as pip lays it; empty for processors. */
  Optional<Path> runtime() {
    return cuda.flatMap(number -> GpuDiagnosis.runtimeBeside(folder));
  }

  private static Optional<String> text(Path file) {
    try {
      return Optional.of(RegularFile.text(file));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Optional<String> first(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
  }
}
