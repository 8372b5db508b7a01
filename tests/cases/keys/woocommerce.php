array(
  'merchantSerialNumber' => '915306',
  'clientId' => 'b71f4c09-2e58-4da3-8c96-0f3a7d5e1b82',
  'secret' => 'Kp9wR2yT5uA8sD1fG4hJ7k==',
  'Ocp_Apim_Key_eCommerce' => 'e04b7d91c6a3452f9d182ba5704f6ec3',
  'orderprefix' => 'Woo',
  'merchantSerialNumber_test' => '384217',
  'clientId_test' => '6d2b8e14-93c7-4f05-a1d8-5e70b9c3f246',
  'secret_test' => 'mZ4tQ8vX1nR6kB3wY7sLpg==',
  'Ocp_Apim_Key_eCommerce_test' => '7c1e9a4fd2b84630a5f8e3c06b917d24',
)
