using Annotator.Core.Media;
using Annotator.Core.Media.Blobs;

namespace Annotator.Api.Media;

/// <summary>Uploads, and the pictures of tasks and jobs.</summary>
internal static class MediaFeature
{
    public static WebApplicationBuilder AddMedia(this WebApplicationBuilder builder)
    {
        builder.AddBlobStore(azure => azure.AddAzureBlobServiceClient("blobs"));
        builder.Services.AddInternalCalls(builder.Configuration);
        builder.Services.AddOptions<UploadOptions>().BindConfiguration(UploadOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddScoped<UploadStore>();
        builder.Services.AddScoped<SentBody>();
        builder.Services.AddScoped<TaskDataCreation>();
        builder.Services.AddScoped<DataMove>();
        builder.Services.AddScoped<FrameMedia>();
        builder.Services.AddScoped<VideoMedia>();
        builder.Services.AddSingleton<VideoRuns>();
        builder.Services.AddHttpClient<WorkerMedia>(http =>
        {
            http.BaseAddress = new Uri("https+http://worker");
            http.Timeout = TimeSpan.FromSeconds(50);
        });
        return builder;
    }

    public static void MapMediaFeature(this IEndpointRouteBuilder api)
    {
        api.MapTaskData();
        api.MapDataMeta();
        api.MapMedia();
        api.MapVideo();
    }
}
