package io.flexora.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.flexora.jinja.dialect.JinjaException;
import io.flexora.jinja.dialect.JinjaOptions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RefusalTest {
  private static final String FOR = "{% for i in range(9999) %}{% for j in range(9999) %}";
  private static final String END = "{% endfor %}{% endfor %}";
  private static final Map<String, Object> VARIABLES =
      Map.of("goal", "a  b", "choices", List.of("x", "y"), "n", 3);

  private static String render(String template) {
    return JinjaTemplate.parse(template, JinjaOptions.forPrompt("doc_to_text")).render(VARIABLES);
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " -> ",
      quoteCharacter = '`',
      value = {
        "{{ goal|uper }} -> unknown filter 'uper'; did you mean 'upper'",
        "{{ goal is strin }} -> unknown test 'strin'; did you mean 'string'?",
        "{% fro x in y %} -> unknown tag 'fro'; did you mean 'for'?",
        "{% include 'x' %} -> 'include' is refused",
        "{% import 'x' as y %} -> 'import' is refused",
        "{% extends 'x' %} -> 'extends' is refused",
        "{{ gaol }} -> 'gaol' is undefined; did you mean 'goal'? Known are choices, goal, n",
        "{{ goal.shout() }} -> str has no attribute 'shout'",
        "{{ goal.getClass() }} -> str has no attribute 'getClass'",
        "{{ goal.__class__ }} -> str has no attribute '__class__'",
        "{{ choices.append('z') }} -> templates may not",
        "{{ choices[7] }} -> list has no element '7'",
        "{{ goal + 1 }} -> '+' does not work between str and int",
        "{{ n / 0 }} -> division by zero",
        "{{ 9223372036854775807 + 1 }} -> too large",
        "{{ 99999999999999999999 }} -> too large",
        "{{ choices.index('z') }} -> 'z' is not in ['x', 'y']",
        "{{ goal |regex_replace('(', '') }} -> malformed",
        "{{ goal } -> '}' closes nothing",
        "{{ (goal }} -> closes nothing",
        "{{ goal|}} -> expected a name",
        "{% if n %}x -> ends before 'end",
        "{% endif %} -> ends nothing",
        "{% for x in n %}{% endfor %} -> cannot be iterated",
        "{# x -> no end",
        "{{ 'x }} -> no closing",
        "{{ raise_exception('x') }} -> undefined",
        "{% break %} -> unknown tag 'break'",
        "{{ 'x' if n == 4 }} -> no 'else'"
      })
  void namesTheLineAndWhatIsWrong(String template, String message) {
    assertThatThrownBy(() -> render("\n\n" + template))
        .isInstanceOf(JinjaException.class)
        .hasMessageStartingWith("doc_to_text, line 3: ")
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{% set ns = namespace(x='ab') %}{% for i in range(99) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}",
        "{% set ns = namespace(x=[1]) %}{% for i in range(99) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x }}",
        "{% set ns = namespace(x=[1]) %}{% for i in range(99) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
        "{% for i in range(9999) %}{% for j in range(9999) %}{% endfor %}{% endfor %}",
        "{{ 'x' * 2000000000 }}",
        "{{ [1] * 2000000000 }}",
        "{{ 'x'.ljust(2000000000) }}",
        "{{ range(10000000000) }}",
        "{{ range(2000000000)|list }}",
        "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
        "{% set ns = namespace(x=[1]) %}{% for i in range(50000) %}{% set ns.x = [ns.x] %}{% endfor %}{{ ns.x }}",
        "{{ 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' | regex_replace('(?:(a+)\\\\1?)+b', '') }}",
        "{{ '%2000000000d' % 1 }}",
        "{{ 'x'|indent(2000000000, true) }}",
        "{{ 'aaaa'.replace('', 'b' * 1000000).replace('', 'c' * 1000000) }}",
        "{{ ''|regex_replace('(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)(|)"
            + "(|)(|)(|)(|)(|)(|)(|)(|)(?=x)', '') }}",
        "{% set r = range(100000) %}{% for i in r %}{% set x = r.copy() %}{% endfor %}",
        "{% set s = '字' * 10000000 %}" + FOR + "{% if s|length < 0 %}{% endif %}" + END,
        "{% set s = '字' * 10000000 %}" + FOR + "{% if s[0] == 'a' %}{% endif %}" + END,
        "{% set s = 'a' * 10000000 %}" + FOR + "{% if 'b' in s %}{% endif %}" + END,
        "{% set s = 'a' * 10000000 %}" + FOR + "{% if s.find('b') == 0 %}{% endif %}" + END,
        "{% set s = 'a' * 10000000 %}" + FOR + "{% if s is upper %}{% endif %}" + END,
        "{% set s = 'a' * 10000000 %}{% set t = 'a' * 10000000 %}"
            + FOR
            + "{% if s < t %}{% endif %}"
            + END,
        "{% set s = ' ' ~ 'a' * 1000000 %}{% set ns = namespace(a=[]) %}"
            + FOR
            + "{% set ns.a = [ns.a, s|trim] %}"
            + END,
        "{{ ('a' * 10000000).find('a' * 5000000 ~ 'b') }}",
        "{% set ns = namespace(x=(1,)) %}{% for i in range(99) %}{% set ns.x = (ns.x, ns.x) %}{% endfor %}{{ {ns.x: 1} }}"
      })
  void endsWhatWouldNotEnd(String template) {
    assertTimeoutPreemptively(
        Duration.ofMinutes(2),
        () -> assertThatThrownBy(() -> render(template)).isInstanceOf(JinjaException.class));
  }

  @Test
  void readsAndWritesLongTextsAsOftenAsTemplatesNeed() {
    assertTimeoutPreemptively(
        Duration.ofMinutes(2),
        () -> {
          assertThat(render("{{ ('1' * 1000000 ~ 'x')|float(2) }}")).isEqualTo("2");
          assertThat(render("{{ ('1_0' ~ '1' * 300)|float > 1.0e300 }}")).isEqualTo("True");
          assertThat(render("{{ ('a ' * 1000000).rsplit()|length }}")).isEqualTo("1000000");
          assertThat(render("{{ ' a b  c '.rsplit(none, 1) }}")).isEqualTo("[' a b', 'c']");
          assertThat(
                  render(
                      "{% set s = 'a b' * 100000 %}{% for i in range(100) %}{% if 'c' in s or s|trim != s"
                          + " %}no{% endif %}{% endfor %}yes"))
              .isEqualTo("yes");
        });
  }

  @Test
  void readsNumbersOfAnyLength() {
    assertThatThrownBy(() -> render("{{ " + "9".repeat(500_000) + " }}"))
        .isInstanceOf(JinjaException.class)
        .hasMessageContaining("an integer of 500000 digits is too large");
    assertThatThrownBy(() -> render("{{ 1" + "_1".repeat(200_000) + " }}"))
        .isInstanceOf(JinjaException.class)
        .hasMessageContaining("an integer of 200001 digits is too large");
    assertThat(render("{{ 0" + "_0".repeat(200_000) + ".5 }}")).isEqualTo("0.5");
    assertThat(render("{{ 1_0.5e-1_0 }} {{ 0b_101 }} {{ 0x1F }} {{ 0_0 }} {{ 2.5 }}"))
        .isEqualTo("1.05e-09 5 31 0 2.5");
  }

  @Test
  void endsARenderingByTheProcessorTimeThatItTakes() {
    String slow =
        "{% set s = 'a' * 40000 %}" + FOR + "{% if s|list|length == 0 %}{% endif %}" + END;
    assertTimeoutPreemptively(
        Duration.ofMinutes(2),
        () -> assertThatThrownBy(() -> render(slow)).isInstanceOf(JinjaException.class));
  }

  @Test
  void refusesDeepNestingAndLongTemplates() {
    assertThatThrownBy(() -> render("{{ " + "(".repeat(100_000) + ")".repeat(100_000) + " }}"))
        .isInstanceOf(JinjaException.class)
        .hasMessageContaining("nested too deeply");
    assertThatThrownBy(() -> render("x".repeat(JinjaTemplate.LONGEST + 1)))
        .isInstanceOf(JinjaException.class)
        .hasMessageContaining("1000000");
  }

  @Test
  void seesNoJavaObjects() {
    Map<String, Object> variables = new HashMap<>(Map.of("thread", Thread.currentThread()));
    JinjaTemplate template = JinjaTemplate.parse("{{ thread }}", JinjaOptions.forChat());
    assertThatThrownBy(() -> template.render(variables))
        .isInstanceOf(JinjaException.class)
        .hasMessageContaining("type Thread cannot be used");
  }

  @Test
  void givesTheReasonThatATemplateRaises() {
    JinjaTemplate template =
        JinjaTemplate.parse("\n{{ raise_exception('no system role') }}", JinjaOptions.forChat());
    assertThatThrownBy(() -> template.render(Map.of()))
        .hasMessage("the chat template, line 2: no system role")
        .extracting(e -> ((JinjaException) e).reason())
        .isEqualTo("no system role");
  }

  @Test
  void answersChangedTemplatesWithTextOrARefusal() {
    String start =
        "{% macro f(x, y=[1]) %}{{ x|trim }}{% endmacro %}{%- for c in choices if c != goal[1:] -%}"
            + "{{ f(c) ~ loop.index0 }}{% set ns = namespace(a={'b': 1.5e3}) %}{{ ns.a['b'] }}"
            + "{# note #}{% raw %}{{ {% endraw %}{% else %}{{ 'x' if n is defined else \"y\\n\" }}"
            + "{% endfor %}{{ '%s' % n }}{{ '{:>3}'.format(n) }}";
    String pieces = "{}%#'\"()[]|.:,-+~*/=<> \n\\azn0if";
    SplittableRandom random = new SplittableRandom(11);
    int rendered = 0;
    for (int i = 0; i < 3000; i++) {
      StringBuilder text = new StringBuilder(start);
      for (int change = 0; change <= random.nextInt(4); change++) {
        int at = random.nextInt(text.length());
        String piece = String.valueOf(pieces.charAt(random.nextInt(pieces.length())));
        text.replace(at, Math.min(text.length(), at + random.nextInt(3)), piece);
      }
      try {
        render(text.toString());
        rendered++;
      } catch (JinjaException e) {
        assertThat(e).hasMessageStartingWith("doc_to_text, line ");
      }
    }
    assertThat(rendered).isBetween(100, 2900);
  }
}
