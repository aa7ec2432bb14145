namespace Annotator.AppHost.Local.Running;

/// <summary>Blobs as files in the data folder; the services write them aside, flush and rename.</summary>
internal sealed class BlobFolder(string name, DataFolder data, LogStream logs, TimeProvider time)
    : RunningResource(name, "folder", logs, time)
{
    public string ConnectionString => new Uri(data.Blobs + Path.DirectorySeparatorChar).AbsoluteUri;

    public override async Task RunAsync(CancellationToken stop)
    {
        Directory.CreateDirectory(data.Blobs);
        Endpoint = ConnectionString;
        Enter(ResourceState.Starting);
        BecomeReady();
        await Task.Delay(Timeout.Infinite, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Complete(0);
    }
}
