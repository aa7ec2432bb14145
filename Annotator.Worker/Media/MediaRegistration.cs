using Annotator.Core.Media;
using Annotator.Core.Operations;
using Annotator.Formats;
using Annotator.Media;
using Annotator.Media.Documents;
using Annotator.Media.Video;
using Annotator.Worker.Media.Sources;
using Microsoft.Extensions.Options;

namespace Annotator.Worker.Media;

internal static class MediaRegistration
{
    public static IServiceCollection AddMedia(this IServiceCollection services)
    {
        services.AddOptions<MediaLimits>().BindConfiguration(MediaLimits.Section);
        services.AddSingleton(provider => provider.GetRequiredService<IOptions<MediaLimits>>().Value);
        services.AddSingleton<ImageReader>();
        services.AddSingleton<JpegMaker>();
        services.AddSingleton<TileMaker>();
        services.AddScoped(provider => ActivatorUtilities.CreateInstance<SourceFiles>(provider, DatasetLimits.Default));
        services.AddOptions<RemoteFilesOptions>().BindConfiguration(RemoteFilesOptions.Section);
        services.AddSingleton<RemoteFiles>();
        services.AddSingleton<ServerFiles>();
        services.AddScoped<ExternalFiles>();
        services.AddScoped<TaskUploadBlobs>();
        services.AddSingleton(_ => PdfTools.Find());
        services.AddSingleton<PdfReader>();
        services.AddSingleton<DocumentPages>();
        services.AddSingleton<FileProbe>();
        services.AddScoped<ArchiveFiles>();
        services.AddScoped<FrameCollector>();
        services.AddScoped<FrameIndex>();
        services.AddScoped<GrowingTask>();
        services.AddOperationHandler<PrepareTaskData>();
        services.AddOptions<VideoLimits>().BindConfiguration(VideoLimits.Section);
        services.AddSingleton(provider => provider.GetRequiredService<IOptions<VideoLimits>>().Value);
        services.AddSingleton(_ => FfmpegTools.Find());
        services.AddSingleton<VideoProbe>();
        services.AddSingleton<VideoIndexer>();
        services.AddSingleton<VideoFrameReader>();
        services.AddSingleton<VideoProxyMaker>();
        services.AddOptions<LocalFilesOptions>().BindConfiguration(LocalFilesOptions.Section);
        services.AddSingleton<LocalFiles>();
        services.AddSingleton<VideoCollector>();
        services.AddSingleton<VideoFrames>();
        services.AddSingleton<VideoEncoders>();
        services.AddSingleton<VideoChunks>();
        services.AddSingleton<ChunkWriter>();
        services.AddSingleton<FrameMedia>();
        services.AddSingleton<IFramePixels>(provider => provider.GetRequiredService<FrameMedia>());
        services.AddOptions<MadeMediaOptions>().BindConfiguration(MadeMediaOptions.Section);
        services.AddSingleton<MadeMediaRoom>();
        services.AddHostedService<MadeMediaSweeper>();
        services.AddSingleton<VideoPreparation>();
        services.AddHostedService(provider => provider.GetRequiredService<VideoPreparation>());
        return services;
    }
}
