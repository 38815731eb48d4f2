package io.flexora.formats.number;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HalfTest {

  private static final int INFINITY = 0x7c00;

  /** The definition: sign, five bits of exponent with a bias of 15, ten bits of fraction. */
  private static double defined(int half) {
    int exponent = half >> 10 & 0x1f;
    int fraction = half & 0x3ff;
    double magnitude =
        exponent == 0 ? fraction * 0x1p-24 : (1024 + fraction) * Math.pow(2, exponent - 25);
    return (half & 0x8000) == 0 ? magnitude : -magnitude;
  }

  @Test
  void everyFiniteNumberHasItsValueAndIsItsOwnNearest() {
    for (int half = 0; half < 0x10000; half++) {
      if ((half & INFINITY) != INFINITY) {
        float value = Half.value((short) half);
        assertThat((double) value).as("%x", half).isEqualTo(defined(half));
        assertThat(Half.bits(value)).as("%x", half).isEqualTo((short) half);
      }
    }
  }

  @Test
  void betweenTwoNumbersTheNearestIsTakenAndInTheMiddleTheEvenOne() {
    for (int half = 0; half < INFINITY; half++) {
      float here = Half.value((short) half);
      // What would follow the greatest number, 65504, were there more exponents, is 65536.
      float next = half + 1 == INFINITY ? 65536 : Half.value((short) (half + 1));
      float middle = (here + next) / 2;
      int even = half % 2 == 0 ? half : half + 1;
      assertThat(Half.bits(middle)).as("%x", half).isEqualTo((short) even);
      assertThat(Half.bits(-middle)).as("%x", half).isEqualTo((short) (even | 0x8000));
      assertThat(Half.bits(Math.nextDown(middle))).as("%x", half).isEqualTo((short) half);
      assertThat(Half.bits(Math.nextUp(middle))).as("%x", half).isEqualTo((short) (half + 1));
    }
  }

  @Test
  void whatIsNoFiniteNumberStaysNone() {
    assertThat(Half.value((short) INFINITY)).isEqualTo(Float.POSITIVE_INFINITY);
    assertThat(Half.value((short) 0xfc00)).isEqualTo(Float.NEGATIVE_INFINITY);
    assertThat(Half.value((short) 0x7c01)).isNaN();
    assertThat(Half.bits(Float.NEGATIVE_INFINITY)).isEqualTo((short) 0xfc00);
    assertThat(Half.bits(1e30f)).isEqualTo((short) INFINITY);
    assertThat(Half.value(Half.bits(Float.NaN))).isNaN();
    assertThat(Half.value(Half.bits(Float.intBitsToFloat(0x7f800001)))).isNaN();
  }

  @Test
  void aBfloat16IsTheUpperHalfOfTheNearestFloat() {
    for (int high = 0; high < 0x7f80; high++) {
      float here = Bfloat16.value((short) high);
      assertThat(Float.floatToIntBits(here)).isEqualTo(high << 16);
      assertThat(Bfloat16.bits(here)).isEqualTo((short) high);
      float middle = Float.intBitsToFloat(high << 16 | 0x8000);
      int even = high % 2 == 0 ? high : high + 1;
      assertThat(Bfloat16.bits(middle)).as("%x", high).isEqualTo((short) even);
      assertThat(Bfloat16.bits(-middle)).as("%x", high).isEqualTo((short) (even | 0x8000));
      assertThat(Bfloat16.bits(Math.nextDown(middle))).as("%x", high).isEqualTo((short) high);
      assertThat(Bfloat16.bits(Math.nextUp(middle))).as("%x", high).isEqualTo((short) (high + 1));
    }
    assertThat(Bfloat16.value(Bfloat16.bits(Float.intBitsToFloat(0x7f800001)))).isNaN();
    assertThat(Bfloat16.bits(Float.NEGATIVE_INFINITY)).isEqualTo((short) 0xff80);
  }
}
