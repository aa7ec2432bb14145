using Annotator.Media.Video;

namespace Annotator.Worker.Media;

/// <summary>Which encoder this machine has: tried once, when it is first asked for.</summary>
internal sealed class VideoEncoders(FfmpegTools tools, VideoLimits limits, IHostApplicationLifetime lifetime)
{
    private readonly Lock _lock = new();
    private Task<ProxyEncoder?>? _finding;

    /// <summary>Null where no encoder works.</summary>
    public Task<ProxyEncoder?> FindAsync(CancellationToken cancel)
    {
        lock (_lock)
        {
            if (_finding is not { IsFaulted: false, IsCanceled: false })
            {
                _finding = ProxyEncoder.FindAsync(tools, limits, lifetime.ApplicationStopping);
            }

            return _finding.WaitAsync(cancel);
        }
    }
}
