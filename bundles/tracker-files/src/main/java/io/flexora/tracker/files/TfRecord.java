package io.flexora.tracker.files;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * A record of a TFRecord file: its length in 8 bytes, the masked CRC-32C of these in 4, the data,
 * and the masked CRC-32C of the data in 4, all little-endian.
 */
final class TfRecord {

  private static final int MASK_DELTA = 0xa282ead8;
  private static final int ROTATION = 15;

  private TfRecord() {}

  static byte[] of(byte[] data) {
    byte[] length = little(Long.BYTES).putLong(data.length).array();
    return little(Long.BYTES + 2 * Integer.BYTES + data.length)
        .put(length)
        .putInt(maskedCrc(length))
        .put(data)
        .putInt(maskedCrc(data))
        .array();
  }

  /** The CRC-32C, rotated and moved, as TFRecord keeps that of data that may hold a CRC itself. */
  static int maskedCrc(byte[] data) {
    CRC32C crc = new CRC32C();
    crc.update(data);
    return Integer.rotateRight((int) crc.getValue(), ROTATION) + MASK_DELTA;
  }

  private static ByteBuffer little(int length) {
    return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
  }
}
