package io.flexora.adapter.adalora;

import ai.djl.ndarray.types.Shape;
import io.flexora.api.adapter.AdapterArray;
import io.flexora.api.adapter.AdapterForm;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.numerics.transformer.LowRank;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** The form of AdaLoRA in PEFT's files. */
record AdaloraForm(AdaloraOptions options) implements AdapterForm {

  private static final Set<String> READ =
      Set.of("rank_pattern", "r", "init_lora_weights", "total_step");

  @Override
  public boolean shapesVary() {
    return true;
  }

  /** Without the triplets whose element of E is 0. */
  @Override
  public List<AdapterArray> saved(AdapterSite site, List<AdapterArray> trained) {
    int[] kept = kept(trained.get(2));
    return List.of(
        rows(trained.get(0), kept), columns(trained.get(1), kept), rows(trained.get(2), kept));
  }

  private static int[] kept(AdapterArray e) {
    return IntStream.range(0, e.values().length).filter(i -> e.values()[i] != 0).toArray();
  }

  private static AdapterArray rows(AdapterArray array, int[] kept) {
    int width = Math.toIntExact(array.parameter().shape().get(1));
    float[] values = new float[kept.length * width];
    for (int i = 0; i < kept.length; i++) {
      System.arraycopy(array.values(), kept[i] * width, values, i * width, width);
    }
    return new AdapterArray(array.parameter().withShape(new Shape(kept.length, width)), values);
  }

  private static AdapterArray columns(AdapterArray array, int[] kept) {
    int height = Math.toIntExact(array.parameter().shape().get(0));
    int width = Math.toIntExact(array.parameter().shape().get(1));
    float[] values = new float[height * kept.length];
    for (int row = 0; row < height; row++) {
      for (int i = 0; i < kept.length; i++) {
        values[row * kept.length + i] = array.values()[row * width + kept[i]];
      }
    }
    return new AdapterArray(array.parameter().withShape(new Shape(height, kept.length)), values);
  }

  @Override
  public Map<String, Object> configuration() {
    Map<String, Object> configuration = new TreeMap<>();
    configuration.put("peft_type", "ADALORA");
    configuration.put("init_r", options.initR());
    configuration.put("target_r", options.targetR());
    configuration.put("tinit", options.tinit());
    configuration.put("tfinal", options.tfinal());
    configuration.put("deltaT", options.deltaT());
    configuration.put("beta1", options.beta1());
    configuration.put("beta2", options.beta2());
    configuration.put("orth_reg_weight", options.orthRegWeight());
    // PEFT wants a number, and to go on from a file needs another anyway: the least that it takes.
    configuration.put(
        "total_step", options.totalStep().orElse(options.tinit() + options.tfinal() + 1));
    configuration.put("lora_alpha", LowRank.number(options.loraAlpha()));
    configuration.put("lora_dropout", options.loraDropout());
    configuration.put("bias", "none");
    configuration.put("fan_in_fan_out", false);
    configuration.put("init_lora_weights", true);
    return configuration;
  }

  @Override
  public Map<String, Object> configuration(Map<AdapterSite, List<AdapterArray>> trained) {
    Map<String, Object> pattern = new TreeMap<>();
    trained.forEach(
        (site, arrays) -> {
          float[] e = arrays.get(2).values();
          List<Boolean> kept = IntStream.range(0, e.length).mapToObj(i -> e[i] != 0).toList();
          pattern.put(site.path() + ".lora_E", kept);
        });
    Map<String, Object> configuration = configuration();
    configuration.put("rank_pattern", pattern);
    return configuration;
  }

  /** The tensors have their ranks, PEFT does not read {@code r}, and the schedule is over. */
  @Override
  public boolean accepts(String key, Object value) {
    return READ.contains(key);
  }
}
