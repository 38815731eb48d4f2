package io.flexora.tracker.files;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.api.track.Tracker;
import io.flexora.api.track.Tracking;
import io.flexora.api.track.Tracking.End.Status;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * The expected bytes are what TensorBoard 2.21 itself writes: {@code RecordWriter} with the
 * messages of {@code tensorboard.compat.proto} and {@code tensorboard.plugins.hparams.summary_v2}.
 */
class TensorBoardEventTest {

  private static final Instant TIME = Instant.parse("2026-01-02T03:04:05.678901Z");

  @Test
  void masksTheCrcAsTensorBoardDoes() {
    byte[] digits = "123456789".getBytes(StandardCharsets.UTF_8);
    assertThat(TfRecord.maskedCrc(digits)).isEqualTo(0xc78ab0e5);
  }

  @Test
  void beginsAFileWithItsVersion() {
    assertThat(hex(TensorBoardEvent.version(TIME)))
        .isEqualTo(
            "1800000000000000a37f4b22091d736b69cd55da411a0d627261696e2e4576656e743a3279e103fa");
  }

  @Test
  void writesAScalarWithItsStep() {
    Tracking.Metric metric = new Tracking.Metric("train/training_loss", 300, TIME, 0.1);
    assertThat(hex(TensorBoardEvent.scalar(metric)))
        .isEqualTo(
            "2a00000000000000ae8d91f5091d736b69cd55da4110ac022a1c0a1a0a13747261696e2f74726169"
                + "6e696e675f6c6f737315cdcccc3df1167707");
  }

  @Test
  void writesAText() {
    assertThat(hex(TensorBoardEvent.text(TIME, "options", "a \u00e4 | b")))
        .isEqualTo(
            "3f0000000000000051657661091d736b69cd55da412a340a320a146f7074696f6e732f746578745f"
                + "73756d6d617279420e0807120042086120c3a4207c20624a0a0a060a04746578742002f7455897");
  }

  @Test
  void writesNumbersFlagsAndWordsAsHyperparameters() {
    Tracker.Run run =
        new Tracker.Run(
            "id-1",
            "main",
            "plum",
            Path.of("tracking"),
            TIME,
            new TreeMap<>(Map.of("seed", "1", "shuffle", "true", "adapter.use", "lora")));
    // Python sorts the map by other rules; its three entries are in the order of ours here.
    assertThat(hex(TensorBoardEvent.hyperparameters(run)))
        .hasSize(2 * (0x8d + 16))
        .contains(
            "0a1c5f68706172616d735f2f73657373696f6e5f73746172745f696e666f42060801120212004a57"
                + "0a550a0768706172616d73124a1a48",
            "0a150a0b616461707465722e75736512061a046c6f7261",
            "0a0d0a0773687566666c6512022001",
            "0a110a0473656564120911000000000000f03f",
            "220469642d31291d736b69cd55da41");
  }

  @Test
  void writesHowARunEnded() {
    assertThat(hex(TensorBoardEvent.end(TIME, Status.FINISHED)))
        .isEqualTo(
            "4d000000000000003d63d4a6091d736b69cd55da412a420a400a1a5f68706172616d735f2f736573"
                + "73696f6e5f656e645f696e666f42060801120212004a1a0a180a0768706172616d73120d220b08"
                + "01111d736b69cd55da41bd3d9758");
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
