using System.Globalization;

namespace Annotator.AppHost.Local.Running;

/// <summary>The Azure emulator from npm, for who wants to try the Azure store locally.</summary>
internal sealed class AzuriteProcess(string name, DataFolder data, Leftovers leftovers, string checkout, LogStream logs, TimeProvider time)
    : WatchedProcess(name, "azurite", leftovers, logs, time)
{
    // The emulator's documented, public account; it protects nothing.
    private const string Account = "devstoreaccount1";
    private const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";
    private readonly int _port = Ports.Free();

    public string ConnectionString => string.Create(
        CultureInfo.InvariantCulture,
        $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={Key};BlobEndpoint=http://127.0.0.1:{_port}/{Account};");

    /// <summary>The emulator has no health page; any answer, be it a refusal, comes from a listening server.</summary>
    protected override Uri? HealthUrl => null;

    protected override Task WaitForDependenciesAsync(CancellationToken stop) => Task.CompletedTask;

    protected override ChildProcess Start()
    {
        var script = Path.Combine(checkout, "node_modules", "azurite", "dist", "src", "blob", "main.js");
        if (!File.Exists(script))
        {
            throw new RunFailedException("Azurite was not found. Run 'npm ci' in the folder of Annotator.sln, or use --blobs folder.");
        }

        Endpoint = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_port}/{Account}");
        var location = Path.Combine(data.Root, "azurite");
        Directory.CreateDirectory(location);
        return ChildProcess.Start(
            "node",
            [
                script, "--blobHost", "127.0.0.1", "--blobPort", _port.ToString(CultureInfo.InvariantCulture), "--location", location,
                "--silent", "--disableProductStyleUrl", "--disableTelemetry",
            ],
            checkout,
            new Dictionary<string, string>(),
            Note);
    }
}
