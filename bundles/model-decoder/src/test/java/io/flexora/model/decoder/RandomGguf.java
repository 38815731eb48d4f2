package io.flexora.model.decoder;

import io.flexora.formats.gguf.GgufMetadata;
import io.flexora.formats.gguf.GgufMetadataBuilder;
import io.flexora.formats.gguf.GgufType;
import io.flexora.formats.gguf.GgufValueType;
import io.flexora.formats.gguf.GgufWriter;
import io.flexora.formats.gguf.NewTensor;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A Llama of random quantised blocks: any bytes are blocks, and its halves of scales are chosen so
 * that the numbers have mean 0 and a like size.
 *
 * @param experts the experts of a layer, of which a token has two; 0 for a dense layer
 * @param matrices the type of the layers' matrices
 * @param embedding the type of embedding and head
 */
record RandomGguf(
    int layers,
    int hidden,
    int heads,
    int keyHeads,
    int intermediate,
    int vocabulary,
    int experts,
    GgufType matrices,
    GgufType embedding) {

  /** A repeated stretch of blocks, no multiple of any row, so that rows differ. */
  private static final int BLOCKS = 4093;

  private static final double SIZE = 0.03;

  /** A tiny one, whose rows are of one or two blocks of 256 numbers. */
  static RandomGguf tiny(GgufType matrices, GgufType embedding) {
    return new RandomGguf(3, 256, 4, 2, 512, 96, 0, matrices, embedding);
  }

  /** The shape of TinyLlama 1.1B. */
  static RandomGguf tinyLlama(GgufType type) {
    return new RandomGguf(22, 2048, 32, 4, 5632, 32_000, 0, type, type);
  }

  /** The same with experts. */
  RandomGguf withExperts(int count) {
    return new RandomGguf(
        layers, hidden, heads, keyHeads, intermediate, vocabulary, count, matrices, embedding);
  }

  /** Where a block has a half, and what the half is. */
  private record Half(int at, double value) {}

  /**
   * What brings the numbers to mean 0 and {@link #SIZE}: a block's integers times its scales have
   * about that standard deviation and, where there is a minimum, that mean.
   */
  private static List<Half> halves(GgufType type) {
    return switch (type) {
      case Q4_0 -> List.of(new Half(0, SIZE / 4.6));
      case Q8_0 -> List.of(new Half(0, SIZE / 74));
      case Q2_K -> scaleAndMinimum(80, 9, 1.5);
      case Q3_K -> List.of(new Half(108, SIZE / 42));
      case Q4_K -> scaleAndMinimum(0, 200, 7.5);
      case Q5_K -> scaleAndMinimum(0, 400, 15.5);
      case Q6_K -> List.of(new Half(208, SIZE / 1370));
      default -> throw new IllegalArgumentException(type.name());
    };
  }

  private static List<Half> scaleAndMinimum(int at, double deviation, double mean) {
    return List.of(new Half(at, SIZE / deviation), new Half(at + 2, mean * SIZE / deviation));
  }

  /** Writes the file. */
  void write(Path file) {
    List<NewTensor> tensors = new ArrayList<>();
    tensors.add(matrix("token_embd.weight", vocabulary, hidden, embedding));
    tensors.add(matrix("output.weight", vocabulary, hidden, embedding));
    tensors.add(norm("output_norm.weight"));
    int keys = hidden / heads * keyHeads;
    for (int layer = 0; layer < layers; layer++) {
      String name = "blk." + layer + ".";
      tensors.add(norm(name + "attn_norm.weight"));
      tensors.add(norm(name + "ffn_norm.weight"));
      tensors.add(matrix(name + "attn_q.weight", hidden, hidden, matrices));
      tensors.add(matrix(name + "attn_k.weight", keys, hidden, matrices));
      tensors.add(matrix(name + "attn_v.weight", keys, hidden, matrices));
      tensors.add(matrix(name + "attn_output.weight", hidden, hidden, matrices));
      if (experts > 0) {
        tensors.add(router(name + "ffn_gate_inp.weight"));
        tensors.add(stacked(name + "ffn_gate_exps.weight", intermediate, hidden));
        tensors.add(stacked(name + "ffn_up_exps.weight", intermediate, hidden));
        tensors.add(stacked(name + "ffn_down_exps.weight", hidden, intermediate));
        continue;
      }
      tensors.add(matrix(name + "ffn_gate.weight", intermediate, hidden, matrices));
      tensors.add(matrix(name + "ffn_up.weight", intermediate, hidden, matrices));
      tensors.add(matrix(name + "ffn_down.weight", hidden, intermediate, matrices));
    }
    GgufWriter.write(file, metadata(), tensors);
  }

  private GgufMetadata metadata() {
    GgufMetadataBuilder metadata = GgufMetadata.builder();
    metadata.putString("general.architecture", "llama");
    whole(metadata, "block_count", layers);
    whole(metadata, "context_length", 2048);
    whole(metadata, "embedding_length", hidden);
    whole(metadata, "feed_forward_length", intermediate);
    whole(metadata, "attention.head_count", heads);
    whole(metadata, "attention.head_count_kv", keyHeads);
    whole(metadata, "rope.dimension_count", hidden / heads);
    if (experts > 0) {
      whole(metadata, "expert_count", experts);
      whole(metadata, "expert_used_count", 2);
    }
    metadata.putNumber("llama.rope.freq_base", GgufValueType.FLOAT32, 10_000f);
    metadata.putNumber("llama.attention.layer_norm_rms_epsilon", GgufValueType.FLOAT32, 1e-5f);
    return metadata.build();
  }

  private static void whole(GgufMetadataBuilder metadata, String name, int value) {
    metadata.putNumber("llama." + name, GgufValueType.UINT32, value);
  }

  private NewTensor norm(String name) {
    return NewTensor.of(
        name,
        List.of((long) hidden),
        GgufType.F32,
        (first, target, count) -> {
          for (int i = 0; i < count; i++) {
            target[i] = 1 + (first + i) % 7 / 20f;
          }
        });
  }

  private NewTensor router(String name) {
    return NewTensor.of(
        name,
        List.of((long) experts, (long) hidden),
        GgufType.F32,
        (first, target, count) -> {
          for (int i = 0; i < count; i++) {
            target[i] = (float) Math.sin((first + i) * 1.7 + name.hashCode() % 100);
          }
        });
  }

  private NewTensor stacked(String name, int rows, int columns) {
    NewTensor whole = matrix(name, experts * rows, columns, matrices);
    List<Long> shape = List.of((long) experts, (long) rows, (long) columns);
    return new NewTensor(name, shape, matrices, whole.content());
  }

  private static NewTensor matrix(String name, int rows, int columns, GgufType type) {
    return new NewTensor(
        name,
        List.of((long) rows, (long) columns),
        type,
        out -> {
          long bytes = (long) rows * columns / type.blockElements() * type.blockBytes();
          write(out, blocks(type, name.hashCode()), bytes);
        });
  }

  private static void write(OutputStream out, byte[] stretch, long bytes) throws IOException {
    for (long left = bytes; left > 0; left -= stretch.length) {
      out.write(stretch, 0, (int) Math.min(left, stretch.length));
    }
  }

  private static byte[] blocks(GgufType type, long seed) {
    byte[] bytes = new byte[BLOCKS * type.blockBytes()];
    new SplittableRandom(seed).nextBytes(bytes);
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int block = 0; block < BLOCKS; block++) {
      for (Half half : halves(type)) {
        buffer.putShort(block * type.blockBytes() + half.at(), bits(half.value()));
      }
    }
    return bytes;
  }

  /** A number as a half, below what is normal, too; cut, not rounded. */
  private static short bits(double value) {
    int exponent = Math.max(-14, Math.getExponent(value));
    int mantissa = (int) (value * Math.scalb(1.0, 10 - exponent));
    return (short) (mantissa < 1024 ? mantissa : (exponent + 15) << 10 | (mantissa - 1024));
  }
}
