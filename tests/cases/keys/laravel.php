<?php
return [
    'vipps' => [
        'client_id' => env('VIPPS_CLIENT_ID', '6d2b8e14-93c7-4f05-a1d8-5e70b9c3f246'),
        'client_secret' => env('VIPPS_CLIENT_SECRET', 'mZ4tQ8vX1nR6kB3wY7sLpg=='),
        'subscription_key' => env('VIPPS_SUBSCRIPTION_KEY', '7c1e9a4fd2b84630a5f8e3c06b917d24'),
        'msn' => env('VIPPS_MSN', '384217'),
    ],
    'stripe' => [
        'client_id' => 'ca_nothing_of_ours',
    ],
];
