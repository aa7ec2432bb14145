namespace Annotator.AppHost.Local.Running;

/// <summary>1, 2, 4 … 30 seconds between restarts; from the beginning again after a minute of peace.</summary>
internal sealed class BackOff(TimeProvider time)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
    private TimeSpan _next = TimeSpan.FromSeconds(1);
    private DateTimeOffset _last = time.GetUtcNow();

    public async Task WaitAsync(CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        if (now - _last > TimeSpan.FromMinutes(1))
        {
            _next = TimeSpan.FromSeconds(1);
        }

        await Task.Delay(_next, time, cancel);
        _next = _next * 2 < Longest ? _next * 2 : Longest;
        _last = time.GetUtcNow();
    }
}
