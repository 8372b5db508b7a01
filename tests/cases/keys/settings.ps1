$clientId = "6d2b8e14-93c7-4f05-a1d8-5e70b9c3f246"
$ClientSecret = 'mZ4tQ8vX1nR6kB3wY7sLpg=='
$headers = @{
    "Ocp-Apim-Subscription-Key" = "7c1e9a4fd2b84630a5f8e3c06b917d24"
    "Merchant-Serial-Number"    = "384217"
}
