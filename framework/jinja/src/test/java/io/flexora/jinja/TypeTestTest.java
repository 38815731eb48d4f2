package io.flexora.jinja;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests that stand after {@code is}, as jinja2 3.1.6 has them. */
class TypeTestTest {

  @ParameterizedTest
  @CsvSource(
      delimiterString = " => ",
      quoteCharacter = '`',
      value = {
        "{{ n is defined }} => True",
        "{{ zz is defined }} => False",
        "{{ zz is undefined }} => True",
        "{{ n is undefined }} => False",
        "{{ m.role is defined }} => True",
        "{{ m.zz is defined }} => False",
        "{{ l[9] is defined }} => False",
        "{{ none_ is none }} => True",
        "{{ n is none }} => False",
        "{{ none is none }} => True",
        "{{ None is none }} => True",
        "{{ t is boolean }} => True",
        "{{ 1 is boolean }} => False",
        "{{ t is true }} => True",
        "{{ 1 is true }} => False",
        "{{ false is false }} => True",
        "{{ 0 is false }} => False",
        "{{ n is integer }} => True",
        "{{ f is integer }} => False",
        "{{ t is integer }} => False",
        "{{ f is float }} => True",
        "{{ n is number }} => True",
        "{{ 's' is number }} => False",
        "{{ s is string }} => True",
        "{{ n is string }} => False",
        "{{ m is mapping }} => True",
        "{{ l is mapping }} => False",
        "{{ l is sequence }} => True",
        "{{ m is sequence }} => True",
        "{{ n is sequence }} => False",
        "{{ range(3) is sequence }} => True",
        "{{ s is sequence }} => True",
        "{{ (1,) is sequence }} => True",
        "{{ l is iterable }} => True",
        "{{ n is iterable }} => False",
        "{{ s is iterable }} => True",
        "{{ none_ is iterable }} => False",
        "{{ range is callable }} => True",
        "{{ n is callable }} => False",
        "{{ 'abc' is lower }} => True",
        "{{ 'ABC' is upper }} => True",
        "{{ 'Abc' is lower }} => False",
        "{{ '1' is upper }} => False",
        "{{ 'aé' is lower }} => True",
        "{{ n is in [7] }} => True",
        "{{ 'a' is in 'abc' }} => True",
        "{{ n is not in [7] }} => False",
        "{{ 1 is sameas 1 }} => True",
        "{{ none_ is sameas none }} => True",
        "{{ t is sameas true }} => True",
        "{{ 'upper' is filter }} => True",
        "{{ 'nope' is filter }} => False",
        "{{ 'odd' is test }} => True",
        "{{ 'nope' is test }} => False",
        "{{ n is odd or f is float }} => True",
        "{{ not n is odd }} => False",
        "{{ n is not odd }} => False",
        "{{ (n is odd) and (n is divisibleby 7) }} => True",
        "{{ n is divisibleby(2) }} => False",
        "{{ [] is iterable and [] is not string }} => True",
        "{{ '' is string }} => True",
        "{{ {} is mapping }} => True",
        "{{ 3 is eq 3.0 }} => True",
        "{{ 'a' is eq 'a' }} => True",
        "{{ [1] is eq [1] }} => True",
        "{{ 'a' is lt 'b' }} => True"
      })
  void rendersWhatJinja2Renders(String template, String expected) {
    assertThat(Jinja2Cases.prompt(template)).isEqualTo(expected);
    assertThat(Jinja2Cases.chat(template)).isEqualTo(expected);
  }
}
