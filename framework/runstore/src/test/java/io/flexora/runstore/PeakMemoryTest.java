package io.flexora.runstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeakMemoryTest {

  @TempDir Path folder;

  /** In a process of its own: here the collector frees what other tests have left. */
  @Test
  void nativeMemoryOfThePhaseCounts() throws IOException {
    Process process = ChildJvm.start(TouchingProcess.class);
    try (BufferedReader output = process.inputReader()) {
      String[] said = output.readLine().split(" ", 3);
      assumeThat(said[0]).isNotEqualTo(PeakMemory.MeasuringMethod.JAVA_ONLY.name());
      assertThat(Long.parseLong(said[1])).isGreaterThan(TouchingProcess.BYTES * 9L / 10);
      assertThat(Long.parseLong(said[2])).isGreaterThanOrEqualTo(Long.parseLong(said[1]));
    }
  }

  @Test
  void aClosedMeasurementStands() {
    PeakMemory peak = PeakMemory.start(folder);
    peak.close();
    long closedWith = peak.bytes();
    byte[][] more = new byte[64][1 << 20];
    assertThat(peak.bytes()).isEqualTo(closedWith);
    assertThat(more).hasDimensions(64, 1 << 20);
  }

  @Test
  void whereTheMarkCannotBeResetSamplesAreTaken() throws Exception {
    Files.writeString(folder.resolve("status"), "VmHWM:\t  900 kB\nVmRSS:\t  100 kB\n");
    try (PeakMemory peak = PeakMemory.start(folder)) {
      assertThat(peak.method()).isEqualTo(PeakMemory.MeasuringMethod.SAMPLES);
      assertThat(peak.bytes()).isEqualTo(100 << 10);
      replace("VmRSS:\t  700 kB\n");
      Thread.sleep(500);
      replace("VmRSS:\t  200 kB\n");
      assertThat(peak.bytes()).isEqualTo(700 << 10);
    }
  }

  @Test
  void aPhaseKeepsItsPeakWhenAnotherOneBegins() throws IOException {
    Files.createFile(folder.resolve("clear_refs"));
    replace("VmHWM:\t  900 kB\nVmRSS:\t  100 kB\n");
    try (PeakMemory first = PeakMemory.start(folder);
        PeakMemory second = PeakMemory.start(folder)) {
      assertThat(first.method()).isEqualTo(PeakMemory.MeasuringMethod.HIGH_WATER_MARK);
      replace("VmHWM:\t  200 kB\nVmRSS:\t  100 kB\n");
      assertThat(second.bytes()).isEqualTo(200 << 10);
      assertThat(first.bytes()).isEqualTo(900 << 10);
      replace("VmHWM:\t  950 kB\nVmRSS:\t  100 kB\n");
      assertThat(first.bytes()).isEqualTo(950 << 10);
    }
  }

  private void replace(String status) throws IOException {
    Path next = Files.writeString(folder.resolve("next"), status);
    Files.move(next, folder.resolve("status"), java.nio.file.StandardCopyOption.ATOMIC_MOVE);
  }

  @Test
  void elsewhereOnlyJavasMemoryIsCountedAndThatIsSaid() {
    try (PeakMemory peak = PeakMemory.start(folder)) {
      assertThat(peak.method()).isEqualTo(PeakMemory.MeasuringMethod.JAVA_ONLY);
      assertThat(peak.bytes()).isGreaterThan(1 << 20);
    }
  }
}
