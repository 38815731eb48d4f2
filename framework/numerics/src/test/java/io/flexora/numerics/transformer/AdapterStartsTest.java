package io.flexora.numerics.transformer;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.api.adapter.AdapterInitialisation;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.AdapterStart;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.head.Head;
import io.flexora.api.model.BaseModel;
import io.flexora.api.model.ModelShape;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.run.Seeds;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AdapterStartsTest {

  private static final ModelShape SHAPE =
      new ModelShape(
          "small",
          2,
          3,
          8,
          List.of(new ModuleShape("query", "layer.%d.query", 3, 2)),
          List.of("query"),
          12,
          "float32",
          48,
          "SEQ_CLS",
          0,
          "base");

  /** Such as VeRA, which draws bases as wide as its widest module. */
  private static final AdapterMethod NEEDS_A_SITE =
      new NoAdapter() {
        @Override
        public Optional<AdapterInitialisation> initialisation() {
          return Optional.of(
              setting -> {
                throw new AssertionError("asked for a start at " + setting.sites());
              });
        }
      };

  private static BaseModel model() {
    return (BaseModel)
        Proxy.newProxyInstance(
            BaseModel.class.getClassLoader(),
            new Class<?>[] {BaseModel.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("shape")) {
                return SHAPE;
              }
              throw new AssertionError("asked for " + method);
            });
  }

  @Test
  void aPlanWithoutSitesStartsFromNothing() {
    AdapterPlan plan = new AdapterPlan(NEEDS_A_SITE, List.of(), List.of("query"), Head.classes(3));
    AdapterPlan started =
        AdapterStarts.started(
            model(),
            plan,
            new Seeds(1),
            () -> {
              throw new AssertionError("asked for examples");
            });
    assertThat(started.start()).contains(new AdapterStart(Map.of(), Map.of(), List.of()));
  }
}
