package io.flexora.experiment.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.util.Platform;
import io.flexora.api.run.FlexoraException;
import io.flexora.numerics.torch.TorchEngine;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders and answers of PyTorch as they were recorded, and the choice that is made of them. */
class TorchChoiceTest {

  private static final String NAME = System.mapLibraryName("djl_torch");

  @TempDir private Path root;

  @Test
  void aWheelTellsItsVersionAndCuda() throws IOException {
    Path lib = wheel("2.7.1+cu126", "'12.6'");
    TorchLibrary expected = new TorchLibrary(lib, "2.7.1", Optional.of("12.6"), true);
    for (Path place : List.of(lib, lib.getParent(), lib.getParent().getParent())) {
      assertThat(found(place)).isEqualTo(expected);
    }
    assertThat(expected.flavour()).isEqualTo("cu126");
    assertThat(expected.runtime()).isEmpty();
    Path runtime = file("site/nvidia/cuda_runtime/lib/libcudart.so.12", "").getParent();
    assertThat(expected.runtime()).contains(runtime);
  }

  @Test
  void anArchiveOfLibtorchTellsItsVersionAndTheOlderAbi() throws IOException {
    Path lib = library("libtorch/lib");
    assertThatThrownBy(() -> found(lib))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("is unknown: there is no version.py (pip) or build-version");
    file("libtorch/build-version", "2.5.1+cpu\n");
    Files.writeString(
        lib.resolve(System.mapLibraryName("c10")), "\0_ZN3c105ErrorC1ENS_14SourceLocationESs\0");
    assertThat(found(lib.getParent()))
        .isEqualTo(new TorchLibrary(lib, "2.5.1", Optional.empty(), false));
    assertThat(found(lib).flavour()).isEqualTo("cpu-precxx11");
  }

  @Test
  void aPythonIsAsked() throws IOException {
    String answer = "a warning\ntorch /site/torch/__init__.py\n2.7.1+cpu\nNone\nTrue\n";
    TorchLibrary expected =
        new TorchLibrary(Path.of("/site/torch/lib"), "2.7.1", Optional.empty(), true);
    assertThat(TorchLibrary.at("python", command -> Optional.of(answer))).isEqualTo(expected);
    Path python = file("venv/bin/python", "");
    assertThat(python.toFile().setExecutable(true)).isTrue();
    assertThat(
            TorchLibrary.at(
                root.resolve("venv").toString(),
                command ->
                    command.get(0).equals(python.toString())
                        ? Optional.of(answer)
                        : Optional.empty()))
        .isEqualTo(expected);
  }

  @Test
  void aVersionIsThatOfAPythonHere() {
    String answer = "torch /site/torch/__init__.py\n%s\nNone\nTrue\n";
    Map<String, String> answers =
        Map.of("python", "no torch", "python3", answer.formatted("2.13.0+cpu"));
    for (String place : List.of("python", "2.13", "2.13.0")) {
      assertThat(
              TorchLibrary.at(place, command -> Optional.ofNullable(answers.get(command.get(0)))))
          .isEqualTo(
              new TorchLibrary(Path.of("/site/torch/lib"), "2.13.0", Optional.empty(), true));
    }
    assertThatThrownBy(
            () ->
                TorchLibrary.at("2.1", command -> Optional.ofNullable(answers.get(command.get(0)))))
        .isInstanceOf(FlexoraException.class)
        .hasMessageStartingWith(
            "no Python here has PyTorch 2.1 (python has none, python3 has 2.13.0,")
        .hasMessageContaining("pip install torch==2.1.* numpy");
  }

  @Test
  void withoutADriverABuildForCudaIsOneForProcessors() throws IOException {
    TorchLibrary library = found(wheel("2.7.1+cu126", "'12.6'")).withoutCuda();
    assertThat(library.flavour()).isEqualTo("cpu");
    assertThat(library.runtime()).isEmpty();
    assertThat(JniLibrary.cached(library, root).getParent().getFileName().toString())
        .startsWith("2.7.1-cpu-");
  }

  @Test
  void aPlaceWithoutAPyTorchIsRefused() {
    assertThatThrownBy(() -> found(root))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("has no PyTorch");
    assertThatThrownBy(() -> TorchLibrary.at("pythn", command -> Optional.empty()))
        .isInstanceOf(FlexoraException.class)
        .hasMessage("pythn is neither a folder nor a Python interpreter that answers");
    String answer = "Traceback\nModuleNotFoundError: No module named 'torch'\n";
    assertThatThrownBy(() -> TorchLibrary.at("python3.9", command -> Optional.of(answer)))
        .isInstanceOf(FlexoraException.class)
        .hasMessageEndingWith("no usable PyTorch: ModuleNotFoundError: No module named 'torch'");
    assertThatThrownBy(() -> found(wheel("2.7.1+rocm6.3", "None")))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("not supported");
  }

  @Test
  void theNativeLibraryIsThatOfTheFolderTheCacheOrAJar() throws IOException {
    TorchLibrary library = found(wheel("2.7.1+cu126", "'12.6'"));
    String machine = Platform.detectPlatform("pytorch").getClassifier();
    Path cache = root.resolve("cache");
    Path folders = Files.createDirectory(root.resolve("jars"));
    try (URLClassLoader jars = new URLClassLoader(new URL[] {folders.toUri().toURL()}, null)) {
      assertThat(JniLibrary.of(library, cache, jars)).isEmpty();
      file("jars/jnilib/" + machine + "/cu128/" + NAME, "");
      file("jars/jnilib/pytorch.properties", "jni_version=2.8.0-" + Engine.getDjlVersion());
      assertThat(JniLibrary.of(library, cache, jars)).isEmpty();
      String served = "2.7.1-" + Engine.getDjlVersion();
      file("jars/jnilib/pytorch.properties", "jni_version=" + served);
      assertThat(JniLibrary.of(library, cache, jars))
          .contains(new JniLibrary("cu128", "pytorch-jni " + served + " in lib/"));
      String folder = "cache/2.7.1-cu126-" + machine + "/";
      Path cached = file(folder + Engine.getDjlVersion() + "-" + NAME, "");
      assertThat(JniLibrary.of(library, cache, jars))
          .contains(new JniLibrary("cu126", cached.toString()));
    }
  }

  @Test
  void onlyALibraryThatPassesItsTestIsChosen() throws IOException {
    TorchChoice choice = TorchChoice.ofUser(Map.of("HOME", root.toString())::get);
    assertThat(choice.file()).isEqualTo(root.resolve(".config/flexora/torch"));
    assertThat(TorchChoice.ofUser(Map.of("XDG_CONFIG_HOME", "/c")::get).file())
        .isEqualTo(Path.of("/c/flexora/torch"));
    TorchLibrary library = found(wheel("2.7.1+cu126", "'12.6'"));
    Path runtime = file("site/nvidia/cuda_runtime/lib/libcudart.so.12", "").getParent();
    JniLibrary jni = new JniLibrary("cu128", "a jar");
    assertThatThrownBy(
            () -> choice.use(library, jni, (variables, folder) -> "no libcuda.so.1 here"))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("failed its self-test with DJL's native library (a jar)")
        .hasMessageEndingWith("so nothing was chosen: no libcuda.so.1 here");
    assertThat(choice.file()).doesNotExist();
    choice.use(library, jni, (variables, folder) -> TorchSelfTest.PASSED);
    assertThat(choice.file())
        .hasContent(
            """
            PYTORCH_LIBRARY_PATH=%s
            PYTORCH_VERSION=2.7.1
            PYTORCH_FLAVOR=cu128
            runtime=%s
            """
                .formatted(library.folder(), runtime));
    choice.forget();
    assertThat(choice.file()).doesNotExist();
    choice.forget();
  }

  @Test
  void theReasonIsTheChoiceAVariableOrTheInstallation() {
    assertThat(TorchChoice.reason(Map.<String, String>of()::get))
        .isEqualTo("the default of this installation");
    assertThat(TorchChoice.reason(Map.of("PYTORCH_LIBRARY_PATH", "/a")::get))
        .startsWith("PYTORCH_LIBRARY_PATH is set");
    assertThat(TorchChoice.reason(Map.of("PYTORCH_VERSION", "2.5.1")::get))
        .startsWith("PYTORCH_VERSION is set");
    assertThat(TorchChoice.reason(Map.of("FLEXORA_TORCH", "/c/torch")::get))
        .isEqualTo("chosen by `flexora torch use` (/c/torch)");
  }

  @Test
  void theInstalledPyTorchPassesTheTest() {
    try (NDManager manager = TorchEngine.start().newManager(Device.cpu())) {
      assertThat(TorchSelfTest.outcome(manager)).isEqualTo(TorchSelfTest.PASSED);
    }
    assertThat(TorchChoice.inUse())
        .containsEntry("reason", TorchChoice.reason())
        .containsKeys("version", "flavour", "abi", "folder", "native_library");
  }

  private TorchLibrary found(Path place) {
    return TorchLibrary.at(place.toString(), command -> Optional.empty());
  }

  private Path wheel(String version, String cuda) throws IOException {
    file(
        "site/torch/version.py",
        "__version__ = '%s'\ncuda: Optional[str] = %s\n".formatted(version, cuda));
    return library("site/torch/lib");
  }

  private Path library(String folder) throws IOException {
    return file(folder + "/" + System.mapLibraryName("torch_cpu"), "").getParent();
  }

  private Path file(String name, String text) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }
}
