package io.flexora.experiment.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.config.option.EnumConstant;
import io.flexora.config.yaml.ConfigNode.Scalar;
import io.flexora.config.yaml.Location;
import io.flexora.experiment.engine.GpuDiagnosis.Machine;
import io.flexora.experiment.setup.DeviceChoice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Machines of made folders, with the output of {@code nvidia-smi} as it was recorded. */
class GpuDiagnosisTest {

  private static final String SMI =
      """
      Tue Mar 11 10:12:45 2025
      +-----------------------------------------------------------------------------------------+
      | NVIDIA-SMI 570.86.15              Driver Version: 570.86.15      CUDA Version: 12.8     |
      |-----------------------------------------+------------------------+----------------------+
      """;

  private static final String CARDS = "NVIDIA H100 80GB HBM3, 81559, 81080, 9.0\n";

  @TempDir private Path root;
  private final Map<String, String> environment = new HashMap<>();
  private String javaPath = "";
  private String flavour = "cu128";
  private String smi = SMI;
  private String cards = CARDS;

  @BeforeEach
  void driver() throws IOException {
    file("proc/driver/nvidia/version", "");
  }

  @Test
  void nothingIsToldWithoutADriver() throws IOException {
    Files.delete(root.resolve("proc/driver/nvidia/version"));
    assertThat(found()).isEmpty();
    Path program = file("bin/nvidia-smi", "");
    environment.put("PATH", program.getParent().toString());
    assertThat(found()).isEmpty();
    assertThat(program.toFile().setExecutable(true)).isTrue();
    assertThat(found()).isPresent();
  }

  @Test
  void aMachineWithAllThatIsNeededHasNoProblem() throws IOException {
    file("usr/lib64/libcudart.so.12", "");
    GpuDiagnosis diagnosis = found().orElseThrow();
    assertThat(diagnosis.problems()).isEmpty();
    assertThat(diagnosis.unused()).isEmpty();
    assertThat(diagnosis.words())
        .isEqualTo(
            "driver 570.86.15 of NVIDIA for CUDA up to 12.8, NVIDIA H100 80GB HBM3 (compute"
                + " capability 9.0, 81080 of 81559 MiB free)");
  }

  @Test
  void aLibraryForProcessorsIsNamed() {
    flavour = "cpu";
    assertThat(found().orElseThrow().problems())
        .singleElement()
        .asString()
        .startsWith("PyTorch's library here is for processors alone; take those for CUDA");
    assertThat(found().orElseThrow().unused())
        .hasValueSatisfying(
            notice ->
                assertThat(notice)
                    .startsWith("device: auto means the processor here, although")
                    .contains("processors alone")
                    .endsWith("device: cpu asks for no GPU."));
  }

  @Test
  void aFolderOfPipTellsItsCudaAndWhereItsRuntimeLies() throws IOException {
    Path library = file("site/torch/lib/libtorch_cuda.so", "").getParent();
    file("site/torch/version.py", "__version__ = '2.11.0'\ncuda: Optional[str] = '13.0'\n");
    Path runtime = file("site/nvidia/cu13/lib/libcudart.so.13", "").getParent();
    environment.put("PYTORCH_LIBRARY_PATH", library.toString());
    environment.put("PYTORCH_FLAVOR", "cu128");
    assertThat(found().orElseThrow().problems())
        .containsExactly(
            "PYTORCH_FLAVOR is cu128, but PyTorch's library was built for CUDA 13.0",
            "the driver serves CUDA up to 12.8, but PyTorch's library was built for 13.0; update"
                + " the driver, or take a PyTorch for an older CUDA",
            "libcudart, CUDA's runtime, lies where Java does not look; write"
                + " FLEXORA_JAVA_OPTS=-Djna.library.path="
                + runtime);
    environment.put("PYTORCH_FLAVOR", "cu130");
    smi = SMI.replace("12.8", "13.0");
    javaPath = runtime.toString();
    assertThat(found().orElseThrow().problems()).isEmpty();
  }

  @Test
  void aFolderForProcessorsAndAFlavourThatIsNotWrittenAreNamed() throws IOException {
    Path library = file("site/torch/lib/libtorch_cpu.so", "").getParent();
    environment.put("PYTORCH_LIBRARY_PATH", library.toString());
    assertThat(found().orElseThrow().problems())
        .singleElement()
        .asString()
        .contains("there is no libtorch_cuda");
    file("site/torch/lib/libtorch_cuda.so", "");
    flavour = "cpu";
    assertThat(found().orElseThrow().problems())
        .singleElement()
        .asString()
        .startsWith("the library in ")
        .endsWith("such as cu128");
  }

  @Test
  void aDriverThatDoesNotAnswerAndCardsThatAreHiddenAreTold() throws IOException {
    file("usr/lib64/libcudart.so.12", "");
    smi =
        "Failed to initialize NVML: Driver/library version mismatch\nNVML library version: 570.86";
    assertThat(found().orElseThrow().problems())
        .containsExactly(
            "nvidia-smi says: Failed to initialize NVML: Driver/library version mismatch");
    smi = SMI;
    cards = "No devices were found\n";
    assertThat(found().orElseThrow().problems())
        .containsExactly("the driver is there, but nvidia-smi lists no GPU");
    cards = CARDS;
    environment.put("CUDA_VISIBLE_DEVICES", "-1");
    assertThat(found().orElseThrow().problems())
        .containsExactly("CUDA_VISIBLE_DEVICES=-1 hides all GPUs");
    assertThat(found().orElseThrow().unused()).isEmpty();
  }

  @Test
  void aMissingRuntimeAndAnOldCardAreTold() {
    cards = "Tesla P100-PCIE-16GB, 16384, 16276, 6.0\n";
    assertThat(found().orElseThrow().problems())
        .containsExactly(
            "libcudart, CUDA's runtime, was not found; install it, and write its folder as"
                + " FLEXORA_JAVA_OPTS=-Djna.library.path=FOLDER",
            "today's libraries for CUDA have no code for a card as old as Tesla P100-PCIE-16GB"
                + " (compute capability 6.0, 16276 of 16384 MiB free)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpu", "cuda", "cuda:0", "gpu0"})
  void aGpuIsWrittenAsInOtherTools(String written) {
    EnumConstant type = new EnumConstant(DeviceChoice.class);
    assertThat(type.read(Scalar.ofText(Location.ofText("test"), written)))
        .contains(DeviceChoice.GPU);
    assertThat(type.spellings()).contains(written);
    assertThat(type.read(Scalar.ofText(Location.ofText("test"), "cuda:1"))).isEmpty();
  }

  private Optional<GpuDiagnosis> found() {
    return GpuDiagnosis.of(
        new Machine(
            root,
            environment::get,
            javaPath,
            flavour,
            command -> Optional.of(command.size() == 1 ? smi : cards)));
  }

  private Path file(String name, String text) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }
}
