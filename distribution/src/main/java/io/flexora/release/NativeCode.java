package io.flexora.release;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * For which machines a native library is, as its first bytes tell.
 *
 * @param system {@code linux}, {@code osx} or {@code win}
 * @param architecture {@code x86_64} or {@code aarch64}; empty for one of several
 * @param debugging whether it only helps debuggers
 */
record NativeCode(String system, Optional<String> architecture, boolean debugging) {

  /** So many bytes tell. */
  static final int HEAD = 1024;

  private static final int ELF = 0x464c457f;
  private static final int MACH_O_64 = 0xfeedfacf;
  private static final int MACH_O_FAT = 0xbebafeca;

  /**
   * The magic of classes is the same; where they have a version, such a library counts its parts.
   */
  private static final int OLDEST_CLASS = 45;

  private static final short PE = 0x5a4d;
  private static final int PE_HEADER = 0x3c;
  private static final String PDB = "Microsoft C/C++ MSF";
  private static final int MACH_O_TYPE = 12;
  private static final int DSYM = 10;
  private static final int ELF_MACHINE = 18;

  /** Reads it; empty if it is no native library. */
  static Optional<NativeCode> of(byte[] head) {
    ByteBuffer bytes = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
    if (head.length < PE_HEADER + Integer.BYTES) {
      return Optional.empty();
    }
    int magic = bytes.getInt(0);
    if (magic == ELF) {
      return Optional.of(
          new NativeCode("linux", elf(bytes.getShort(ELF_MACHINE)), /* debugging= */ false));
    }
    if (magic == MACH_O_64) {
      return Optional.of(
          new NativeCode("osx", mach(bytes.getInt(4)), bytes.getInt(MACH_O_TYPE) == DSYM));
    }
    if (magic == MACH_O_FAT && Integer.reverseBytes(bytes.getInt(4)) < OLDEST_CLASS) {
      return Optional.of(new NativeCode("osx", Optional.empty(), /* debugging= */ false));
    }
    if (new String(head, 0, PDB.length(), StandardCharsets.US_ASCII).equals(PDB)) {
      return Optional.of(new NativeCode("win", Optional.empty(), /* debugging= */ true));
    }
    return bytes.getShort(0) == PE ? windows(bytes) : Optional.empty();
  }

  private static Optional<NativeCode> windows(ByteBuffer bytes) {
    int header = bytes.getInt(PE_HEADER);
    return header < 0 || header + 6 > bytes.capacity()
        ? Optional.empty()
        : Optional.of(
            new NativeCode("win", pe(bytes.getShort(header + 4)), /* debugging= */ false));
  }

  private static Optional<String> elf(short machine) {
    return switch (machine) {
      case 0x3e -> Optional.of("x86_64");
      case 0xb7 -> Optional.of("aarch64");
      default -> Optional.of("another");
    };
  }

  private static Optional<String> mach(int processor) {
    return switch (processor) {
      case 0x01000007 -> Optional.of("x86_64");
      case 0x0100000c -> Optional.of("aarch64");
      default -> Optional.of("another");
    };
  }

  private static Optional<String> pe(short machine) {
    return switch (machine & 0xffff) {
      case 0x8664 -> Optional.of("x86_64");
      case 0xaa64 -> Optional.of("aarch64");
      default -> Optional.of("another");
    };
  }

  /**
   * Whether a machine has use for it.
   *
   * @param platform such as {@code linux-x86_64}
   */
  boolean isFor(String platform) {
    String[] parts = platform.split("-", 2);
    return !debugging
        && system.equals(parts[0])
        && architecture.map(parts[1]::equals).orElse(/* one of several */ true);
  }
}
