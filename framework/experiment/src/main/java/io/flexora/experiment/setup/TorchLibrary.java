package io.flexora.experiment.setup;

import ai.djl.engine.Engine;
import ai.djl.util.Platform;
import ai.djl.util.Utils;
import io.flexora.api.run.FlexoraException;
import io.flexora.files.durable.RegularFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
  private static final Pattern VERSION = Pattern.compile("([0-9]+\\.[0-9]+\\.[0-9]+)[^+]*(\\+.*)?");
  private static final Pattern WHEEL =
      Pattern.compile("^__version__[^=]*= *'([^']+)'", Pattern.MULTILINE);
  private static final Pattern WHEEL_CUDA =
      Pattern.compile("^cuda\\b[^=]*= *'([0-9.]+)'", Pattern.MULTILINE);
  private static final Pattern SUFFIX = Pattern.compile("\\+cu([0-9]+)([0-9])");

  /**
   * Finds a library.
   *
   * @param place a folder with the library, of a wheel, or of a virtual environment; or the program
   *     of a Python interpreter
   * @throws FlexoraException if there is no library of a known version
   */
  public static TorchLibrary at(String place) {
    return at(place, GpuDiagnosis::output);
  }

  /** Finds a library by a given way to the output of commands. */
  static TorchLibrary at(String place, Function<List<String>, Optional<String>> output) {
    Path path = Path.of(place).toAbsolutePath().normalize();
    if (!Files.isDirectory(path)) {
      return ofPython(place, output);
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
    return cuda.map(number -> "cu" + number.replace(".", ""))
        .orElse(newAbi ? "cpu" : "cpu-precxx11");
  }

  /**
   * DJL's native library for this build.
   *
   * @param flavour the flavour by which DJL finds it
   * @param place the file, or the jar on the class path
   */
  public record Door(String flavour, String place) {}

  /** DJL's native library for this build; empty if this installation has none. */
  public Optional<Door> door() {
    return door(Utils.getEngineCacheDir("pytorch"), TorchLibrary.class.getClassLoader());
  }

  Optional<Door> door(Path cache, ClassLoader jars) {
    String name = System.mapLibraryName("djl_torch");
    String djl = Engine.getDjlVersion();
    String machine = Platform.detectPlatform("pytorch").getClassifier();
    return Stream.of(folder.resolve(djl + "-" + name), folder.resolve(name), cached(cache))
        .filter(Files::isRegularFile)
        .findFirst()
        .map(file -> new Door(flavour(), file.toString()))
        .or(() -> served(jars, machine + "/%s/" + name, version + "-" + djl));
  }

  /** The file in DJL's cache where DJL looks for its native library. */
  private Path cached(Path cache) {
    return cache.resolve(
        "%s-%s-%s/%s-%s"
            .formatted(
                version,
                flavour(),
                Platform.detectPlatform("pytorch").getClassifier(),
                Engine.getDjlVersion(),
                System.mapLibraryName("djl_torch")));
  }

  /** That of a jar. One library serves all builds for CUDA, whose number it does not depend on. */
  private Optional<Door> served(ClassLoader jars, String file, String wanted) {
    if (!servedVersion(jars).equals(wanted)) {
      return Optional.empty();
    }
    Stream<String> flavours =
        cuda.isPresent() ? Stream.of(flavour(), "cu128") : Stream.of(flavour());
    return flavours
        .filter(flavour -> jars.getResource("jnilib/" + file.formatted(flavour)) != null)
        .findFirst()
        .map(flavour -> new Door(flavour, "pytorch-jni " + wanted + " in lib/"));
  }

  private static String servedVersion(ClassLoader jars) {
    return GpuDiagnosis.property(jars, "jnilib/pytorch.properties", "jni_version").orElse("");
  }

  /** The refusal of a build for which there is no native library. */
  FlexoraException withoutDoor() {
    String djl = Engine.getDjlVersion();
    return new FlexoraException(
        "there is no native library of DJL %s for PyTorch %s (%s). This installation has one for PyTorch %s; a library of your own build belongs in %s"
            .formatted(
                djl,
                version,
                flavour(),
                servedVersion(TorchLibrary.class.getClassLoader()).replace("-" + djl, ""),
                cached(Utils.getEngineCacheDir("pytorch"))));
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
