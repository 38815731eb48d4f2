package io.flexora.model.onnx;

import ai.djl.Device;
import io.flexora.api.run.FlexoraException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A process that loads the models of {@link OnnxMutants} one after the other and computes with
 * them. It prints the number of each before it, and how it went behind it.
 */
final class OnnxFuzz {
  private OnnxFuzz() {}

  /**
   * Runs.
   *
   * @param arguments the first number, the number behind the last, and files that mutants are made
   *     of beside a small one
   */
  public static void main(String... arguments) throws IOException {
    List<byte[]> originals = new ArrayList<>();
    originals.add(
        TinyModel.withHead(
            new float[][] {{1, 2, 3}, {4, 5, 6}, {7, 8, 9}, {1, 0, 1}},
            new float[][] {{1, 0}, {0, 1}, {1, 1}}));
    for (int i = 2; i < arguments.length; i++) {
      originals.add(Files.readAllBytes(Path.of(arguments[i])));
    }
    Path file = Files.createTempFile("mutant", ".onnx");
    for (long n = Long.parseLong(arguments[0]); n < Long.parseLong(arguments[1]); n++) {
      Files.write(file, OnnxMutants.mutant(originals, n));
      System.out.println(n);
      System.out.println(outcome(file));
    }
    Files.delete(file);
  }

  private static String outcome(Path file) {
    try {
      OnnxGraph graph = OnnxGraph.read(file);
      try (OnnxSession session = OnnxSession.open(file, graph, Device.cpu())) {
        for (int output = 0; output < graph.outputs().size(); output++) {
          session.run(List.of(Models.tokens(0, 2, 1, 2, 3), Models.tokens(1, 2, 0, 3)), output);
        }
      }
      return "accepted";
    } catch (IOException | FlexoraException e) {
      return "refused";
    } catch (RuntimeException e) {
      return "failed " + e.toString().lines().findFirst().orElse("");
    }
  }
}
