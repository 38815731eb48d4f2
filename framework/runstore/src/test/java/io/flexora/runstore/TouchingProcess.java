package io.flexora.runstore;

import java.nio.ByteBuffer;

/** Says how far the peak of its memory rises while it touches some native memory, and after. */
final class TouchingProcess {

  static final int BYTES = 96 << 20;

  private TouchingProcess() {}

  public static void main(String[] arguments) {
    PeakMemory peak = PeakMemory.start();
    long before = peak.bytes();
    touchNativeMemory();
    long touched = peak.bytes() - before;
    peak.close();
    long closedWith = peak.bytes() - before;
    System.out.println(peak.method() + " " + touched + " " + closedWith);
  }

  private static void touchNativeMemory() {
    ByteBuffer memory = ByteBuffer.allocateDirect(BYTES);
    for (int i = 0; i < BYTES; i += 4096) {
      memory.put(i, (byte) 1);
    }
  }
}
