using Annotator.Core.Models;

namespace Annotator.Api.Models;

internal static class ModelsFeature
{
    public static IHostApplicationBuilder AddModels(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<ModelOptions>().BindConfiguration(ModelOptions.Section);
        builder.Services.AddSingleton<ConnectorSecrets>();
        builder.Services.AddScoped<ModelChange>().AddScoped<ModelChecks>().AddScoped<ModelRuns>().AddScoped<ModelMappings>();
        builder.Services.AddScoped<ModelAnswers>().AddScoped<LambdaAnnotations>();
        builder.Services.AddHttpClient<WorkerModels>(http =>
        {
            http.BaseAddress = new Uri("https+http://worker");
            http.Timeout = TimeSpan.FromSeconds(100);
        });
        return builder;
    }
}
