package {{package}};

import io.flexora.testkit.AdapterMethodSuite;

class {{type}}AdapterMethodSuiteTest extends AdapterMethodSuite {

  @Override
  protected String configuration() {
    return "{use: {{name}}, lora_rank: 3, lora_alpha: 6}";
  }
}
