package io.flexora.experiment.engine;

import io.flexora.api.run.FlexoraException;
import io.flexora.files.durable.DurableFile;
import io.flexora.files.durable.DurableFolder;
import io.flexora.files.durable.RegularFile;
import io.flexora.files.machine.FreeMemory;
import io.flexora.files.machine.ProcessEnd;
import io.flexora.files.machine.ProgramOutput;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/**
 * A build of DJL's native library against a PyTorch, by the C++ compiler of this machine (Linux).
 * DJL's two functions for CUDA alone, which Flexora does not call, are left out, so no headers of
 * CUDA are needed.
 *
 * @param torch the PyTorch
 * @param target the library to write; its log and licence go beside it
 * @param compiler the C++ compiler
 * @param jdk the folder of the JDK with the header {@code jni.h}
 */
record JniBuild(TorchLibrary torch, Path target, String compiler, Path jdk) {

  private static final Duration LIMIT = Duration.ofMinutes(30);

  /** The memory of one compiler. */
  private static final long BYTES = 1800L << 20;

  private static final int SHOWN = 5;
  private static final List<String> COMPILERS = List.of("g++", "c++", "clang++");

  /**
   * A build with the tools of this machine.
   *
   * @throws FlexoraException if one is missing
   */
  static JniBuild onThisMachine(TorchLibrary torch, Path target) {
    return of(torch, target, System::getenv, Path.of(System.getProperty("java.home")));
  }

  static JniBuild of(TorchLibrary torch, Path target, UnaryOperator<String> environment, Path jdk) {
    String compiler =
        compiler(environment)
            .orElseThrow(
                () ->
                    without(torch, target, "a C++ compiler (g++ or clang++ on the PATH, or CXX)"));
    if (!Files.exists(include(torch).resolve("torch/script.h"))) {
      throw without(torch, target, "the headers of that PyTorch in " + include(torch));
    }
    if (!Files.exists(jdk.resolve("include/jni.h"))) {
      throw without(torch, target, "a JDK with include/jni.h, which %s is not".formatted(jdk));
    }
    return new JniBuild(torch, target, compiler, jdk);
  }

  private static Optional<String> compiler(UnaryOperator<String> environment) {
    Optional<String> named = Optional.ofNullable(environment.apply("CXX"));
    return named
        .filter(name -> !name.isBlank())
        .or(() -> COMPILERS.stream().filter(name -> isOnPath(name, environment)).findFirst());
  }

  private static boolean isOnPath(String program, UnaryOperator<String> environment) {
    return Optional.ofNullable(environment.apply("PATH")).stream()
        .flatMap(path -> Stream.of(path.split(File.pathSeparator)))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  private static FlexoraException without(TorchLibrary torch, Path target, String missing) {
    return new FlexoraException(
        "DJL %s has no native library for PyTorch %s (%s), and to build one needs %s. Without a build, take PyTorch %s; a library from elsewhere belongs in %s"
            .formatted(
                JniLibrary.djl(),
                torch.version(),
                torch.flavour(),
                missing,
                JniLibrary.servedTorch(),
                target));
  }

  private static Path include(TorchLibrary torch) {
    return torch.folder().resolveSibling("include");
  }

  /**
   * Builds the library.
   *
   * @param repository a folder or a zip of DJL's repository; empty to download it
   * @param progress the messages for the user
   * @throws FlexoraException if it cannot be built; the log is kept
   */
  void run(Optional<Path> repository, Consumer<String> progress) {
    try {
      Files.createDirectories(target.getParent());
      Path work = Files.createTempDirectory(target.getParent(), "build");
      try {
        if (repository.isEmpty()) {
          progress.accept("Downloading the sources of DJL " + JniLibrary.djl() + ".");
        }
        Path folder = Files.createDirectory(work.resolve("sources"));
        JniSources sources =
            repository
                .map(place -> JniSources.copied(place, folder))
                .orElseGet(() -> JniSources.downloaded(folder));
        build(sources, work, progress);
      } finally {
        DurableFolder.delete(work);
      }
    } catch (IOException e) {
      throw new FlexoraException("DJL's native library cannot be built: " + e.getMessage(), e);
    }
  }

  private void build(JniSources sources, Path work, Consumer<String> progress) throws IOException {
    Files.deleteIfExists(log());
    Path header = work.resolve("header");
    writeHeader(sources.nativeMethods(), header);
    List<Path> code = sources.code();
    int jobs = jobs(code.size());
    progress.accept(
        "Building DJL's native library for PyTorch %s (%s): %s compiles %d files, %d at once. This takes minutes."
            .formatted(torch.version(), torch.flavour(), compiler, code.size(), jobs));
    List<Path> headers = new ArrayList<>(sources.headers());
    headers.add(header);
    headers.add(jdk.resolve("include"));
    headers.add(jdk.resolve("include/linux"));
    headers.add(include(torch));
    headers.add(include(torch).resolve("torch/csrc/api/include"));
    List<String> options = new ArrayList<>(List.of("-std=c++17", "-O2", "-fPIC", "-w"));
    options.add("-D_GLIBCXX_USE_CXX11_ABI=" + (torch.newAbi() ? 1 : 0));
    headers.forEach(folder -> options.add("-I" + folder));
    List<String> objects = compileAll(code, options, work, jobs);
    DurableFile.writeShared(target, file -> link(objects, file));
    for (Path file : sources.licence()) {
      DurableFile.writeShared(
          target.resolveSibling(file.getFileName().toString()), RegularFile.bytes(file));
    }
  }

  private static int jobs(int files) {
    long fit = FreeMemory.bytes() / BYTES;
    return (int)
        Math.max(1, Math.min(Math.min(files, fit), Runtime.getRuntime().availableProcessors()));
  }

  private void writeHeader(Path nativeMethods, Path folder) throws IOException {
    JavaCompiler java = ToolProvider.getSystemJavaCompiler();
    if (java == null) {
      throw without(torch, target, "a JDK, and " + jdk + " has no compiler of Java");
    }
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    int code =
        java.run(
            null,
            errors,
            errors,
            "-proc:none",
            "-cp",
            System.getProperty("java.class.path"),
            "-d",
            folder.toString(),
            "-h",
            folder.toString(),
            nativeMethods.toString());
    if (code != 0) {
      logged(errors.toString(StandardCharsets.UTF_8));
      throw failed("javac");
    }
  }

  private List<String> compileAll(List<Path> code, List<String> options, Path work, int jobs) {
    ExecutorService threads = Executors.newFixedThreadPool(jobs);
    try {
      List<Future<String>> objects =
          code.stream().map(file -> threads.submit(() -> compile(file, options, work))).toList();
      List<String> names = new ArrayList<>();
      for (Future<String> object : objects) {
        names.add(object.get());
      }
      return names;
    } catch (ExecutionException e) {
      throw e.getCause() instanceof FlexoraException problem
          ? problem
          : new FlexoraException(String.valueOf(e.getCause().getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FlexoraException("interrupted", e);
    } finally {
      threads.shutdownNow();
    }
  }

  private String compile(Path file, List<String> options, Path work) throws IOException {
    String object = work.resolve(file.getFileName() + ".o").toString();
    List<String> command = new ArrayList<>(List.of(compiler));
    command.addAll(options);
    command.addAll(List.of("-c", file.toString(), "-o", object));
    if (!succeeds(command)) {
      throw failed(compiler);
    }
    return object;
  }

  private void link(List<String> objects, Path library) throws IOException {
    List<String> command = new ArrayList<>(List.of(compiler, "-shared", "-s", "-o"));
    command.add(library.toString());
    command.addAll(objects);
    command.addAll(List.of("-L" + torch.folder(), "-Wl,--no-as-needed"));
    command.addAll(List.of("-ltorch", "-ltorch_cpu", "-lc10"));
    if (!succeeds(command)) {
      throw failed(compiler);
    }
  }

  private boolean succeeds(List<String> command) throws IOException {
    Optional<ProgramOutput> ended =
        ProgramOutput.of(new ProcessBuilder(command).redirectErrorStream(true), "", LIMIT);
    logged(
        "%s\n%s".formatted(String.join(" ", command), ended.map(ProgramOutput::output).orElse("")));
    return ended.filter(program -> program.code() == 0).isPresent();
  }

  private Path log() {
    return target.resolveSibling(target.getFileName() + ".log");
  }

  private synchronized void logged(String text) throws IOException {
    Files.writeString(log(), text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private FlexoraException failed(String program) {
    List<String> lines = ProcessEnd.lastLines(log());
    return new FlexoraException(
        "%s did not build DJL's native library for PyTorch %s (%s); the log is %s, and ends with:\n%s"
            .formatted(
                program,
                torch.version(),
                torch.flavour(),
                log(),
                String.join("\n", lines.subList(Math.max(0, lines.size() - SHOWN), lines.size()))));
  }
}
