using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Annotator.Tests.Support;
using Azure.Storage.Blobs;

[assembly: AssemblyFixture(typeof(AzuriteServer))]

namespace Annotator.Tests.Support;

/// <summary>The Azure Storage emulator from npm, started when the first test asks for it and stopped at the end of the run.</summary>
public sealed class AzuriteServer : IAsyncDisposable
{
    private const string Account = "devstoreaccount1";

    // The emulator's published key; it opens nothing else.
    private const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";
    private readonly SemaphoreSlim _one = new(1);
    private Process? _process;
    private string? _connectionString;

    public async Task<string> ConnectionStringAsync()
    {
        await _one.WaitAsync();
        try
        {
            return _connectionString ??= await StartAsync();
        }
        finally
        {
            _one.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
            _process.Dispose();
        }

        _one.Dispose();
    }

    private async Task<string> StartAsync()
    {
        var port = FreePort();
        _process = Process.Start(new ProcessStartInfo("node",
        [
            FindProgram(), "--blobHost", "127.0.0.1", "--blobPort", port.ToString(CultureInfo.InvariantCulture),
            "--silent", "--disableTelemetry", "--inMemoryPersistence",
        ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var connectionString = $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={Key};BlobEndpoint=http://127.0.0.1:{port}/{Account};";
        var options = new BlobClientOptions(BlobClientOptions.ServiceVersion.V2026_06_06);
        options.Retry.MaxRetries = 0;
        var client = new BlobServiceClient(connectionString, options);
        var clock = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                await client.GetPropertiesAsync();
                return connectionString;
            }
            catch (Exception) when (clock.Elapsed < TimeSpan.FromSeconds(60) && !_process.HasExited)
            {
                await Task.Delay(200);
            }
        }
    }

    private static string FindProgram()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var program = Path.Combine(folder.FullName, "node_modules", "azurite", "dist", "src", "blob", "main.js");
            if (File.Exists(program))
            {
                return program;
            }
        }

        throw new FileNotFoundException("Azurite was not found in node_modules: run npm ci.");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
